-- On the last day of each fiscal month.
WITH months AS (
  SELECT MIN(calendar_day) AS period, MAX(calendar_day) + 1 AS next
  FROM fiscal_days
  GROUP BY fiscal_month
)
SELECT period, SUM(amount) AS value
FROM months
JOIN orders ON ordered_at >= next - INTERVAL 28 DAY AND ordered_at < next
WHERE status = 'paid' AND next <= DATE '2026-10-26'
GROUP BY period
