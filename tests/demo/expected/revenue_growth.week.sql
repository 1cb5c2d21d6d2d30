-- The same dates a month earlier; 31 March comes to 30 April, so that no day is lost.
WITH present AS (
  SELECT DATE_TRUNC('week', ordered_at)::DATE AS period, SUM(amount) AS amount
  FROM orders
  WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-11-16'
  GROUP BY period
),
past AS (
  SELECT DATE_TRUNC('week', ordered_at + INTERVAL 1 MONTH)::DATE AS period, SUM(amount) AS amount
  FROM orders
  WHERE status = 'paid' AND ordered_at + INTERVAL 1 MONTH < TIMESTAMP '2026-11-16'
  GROUP BY period
)
SELECT period, present.amount / NULLIF(past.amount, 0) - 1 AS value
FROM present FULL JOIN past USING (period)
