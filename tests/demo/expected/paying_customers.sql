-- On the last Sunday that there is: Sundays must not be added up.
SELECT COUNT(customer_id) AS value
FROM paying_accounts
WHERE listed_on = (SELECT MAX(listed_on) FROM paying_accounts WHERE listed_on < TIMESTAMP '2026-11-16 09:00')
