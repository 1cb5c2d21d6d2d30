-- Up to now, over the customers of billing's last list.
SELECT (SELECT SUM(amount) FROM keeping WHERE paid_on < TIMESTAMP '2026-11-16 09:00')
     / (SELECT COUNT(*) FROM paying_accounts
        WHERE listed_on = (SELECT MAX(listed_on) FROM paying_accounts WHERE listed_on < TIMESTAMP '2026-11-16 09:00')) AS value
