WITH final AS (
  SELECT DATE_TRUNC('week', listed_on)::DATE AS period, MAX(listed_on) AS listed_on
  FROM paying_accounts
  WHERE listed_on < DATE '2026-11-16'
  GROUP BY period
)
SELECT period, COUNT(customer_id) AS value
FROM paying_accounts JOIN final USING (listed_on)
GROUP BY period
