-- Loyal is who has ordered more than three times up to now, whatever the period.
WITH loyal AS (
  SELECT customer_id, TRUE AS is_loyal
  FROM orders
  WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-11-16 09:00'
  GROUP BY customer_id
  HAVING COUNT(*) > 3
)
SELECT COUNT(DISTINCT customer_id) FILTER (WHERE is_loyal) AS numerator,
       COUNT(DISTINCT customer_id) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM usage LEFT JOIN loyal USING (customer_id)
WHERE occurred_at < TIMESTAMP '2026-11-16 09:00'
