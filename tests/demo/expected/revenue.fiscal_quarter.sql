-- The fiscal quarter that goes on began on 28 September.
WITH days AS (
  SELECT calendar_day, MIN(calendar_day) OVER (PARTITION BY fiscal_quarter) AS period
  FROM fiscal_days
)
SELECT period, SUM(amount) AS value
FROM orders JOIN days ON calendar_day = ordered_at::DATE
WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-09-28'
GROUP BY period
