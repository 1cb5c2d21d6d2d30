WITH wows AS (
  SELECT customer_id, MIN(occurred_at) AS wow_at
  FROM usage
  WHERE feature = 'report'
  GROUP BY customer_id
)
SELECT DATE_TRUNC('week', wow_at)::DATE AS period,
       MEDIAN(EPOCH(wow_at - signed_up_at) / 86400) AS value, COUNT(*) AS n
FROM customers JOIN wows USING (customer_id)
WHERE wow_at >= signed_up_at AND wow_at < signed_up_at + INTERVAL 30 DAY
  AND wow_at < TIMESTAMP '2026-11-16'
GROUP BY period
