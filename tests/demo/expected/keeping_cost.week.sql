WITH cost AS (
  SELECT DATE_TRUNC('week', paid_on)::DATE AS period, SUM(amount) AS amount
  FROM keeping
  WHERE paid_on < DATE '2026-11-16'
  GROUP BY period
),
kept AS (
  SELECT DATE_TRUNC('week', listed_on)::DATE AS period, COUNT(customer_id) AS customers
  FROM paying_accounts
  WHERE listed_on < DATE '2026-11-16'
  GROUP BY period  -- one list a week, of its Sunday
)
SELECT period, amount / customers AS value
FROM cost JOIN kept USING (period)
