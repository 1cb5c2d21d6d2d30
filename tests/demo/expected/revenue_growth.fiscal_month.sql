-- An order counts a month later in the fiscal month of the later day.
WITH days AS (
  SELECT calendar_day, MIN(calendar_day) OVER (PARTITION BY fiscal_month) AS period
  FROM fiscal_days
),
present AS (
  SELECT period, SUM(amount) AS amount
  FROM orders JOIN days ON calendar_day = ordered_at::DATE
  WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-10-26'
  GROUP BY period
),
past AS (
  SELECT period, SUM(amount) AS amount
  FROM orders JOIN days ON calendar_day = (ordered_at + INTERVAL 1 MONTH)::DATE
  WHERE status = 'paid' AND ordered_at + INTERVAL 1 MONTH < TIMESTAMP '2026-10-26'
  GROUP BY period
)
SELECT period, present.amount / NULLIF(past.amount, 0) - 1 AS value
FROM present FULL JOIN past USING (period)
