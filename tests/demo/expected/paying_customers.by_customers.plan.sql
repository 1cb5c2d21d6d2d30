-- The last Sunday of the month is the same for every group; a group that has nobody then is not listed.
WITH final AS (
  SELECT DATE_TRUNC('month', listed_on)::DATE AS period, MAX(listed_on) AS listed_on
  FROM paying_accounts
  WHERE listed_on < DATE '2026-11-01'
  GROUP BY period
)
SELECT period, plan AS "customers.plan", COUNT(paying_accounts.customer_id) AS value
FROM paying_accounts JOIN final USING (listed_on)
LEFT JOIN customers USING (customer_id)
GROUP BY period, plan
