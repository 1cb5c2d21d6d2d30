WITH loyal AS (
  SELECT customer_id, TRUE AS is_loyal
  FROM orders
  WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-11-16 09:00'
  GROUP BY customer_id
  HAVING COUNT(*) > 3
)
SELECT DATE_TRUNC('week', occurred_at)::DATE AS period,
       COUNT(DISTINCT customer_id) FILTER (WHERE is_loyal) AS numerator,
       COUNT(DISTINCT customer_id) AS denominator,
       numerator / denominator AS value
FROM usage LEFT JOIN loyal USING (customer_id)
WHERE occurred_at < TIMESTAMP '2026-11-16'
GROUP BY period
