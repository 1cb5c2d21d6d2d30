-- The first report, if it came within 30 days of signing up; it counts when it happened.
WITH wows AS (
  SELECT customer_id, MIN(occurred_at) AS wow_at
  FROM usage
  WHERE feature = 'report' AND occurred_at < TIMESTAMP '2026-11-16 09:00'
  GROUP BY customer_id
)
SELECT MEDIAN(EPOCH(wow_at - signed_up_at) / 86400) AS value, COUNT(*) AS n
FROM customers JOIN wows USING (customer_id)
WHERE wow_at >= signed_up_at AND wow_at < signed_up_at + INTERVAL 30 DAY
