WITH present AS (
  SELECT DATE_TRUNC('month', ordered_at)::DATE AS period, SUM(amount) AS amount
  FROM orders
  WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-11-01'
  GROUP BY period
)
SELECT present.period, present.amount / NULLIF(past.amount, 0) - 1 AS value
FROM present JOIN present AS past ON past.period + INTERVAL 1 MONTH = present.period
