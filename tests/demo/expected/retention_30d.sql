-- The 30th day is the time from 30 to 31 days after signing up, and it must be over.
WITH joined AS (
  SELECT signed_up_at, EXISTS (
    SELECT 1 FROM usage
    WHERE usage.customer_id = customers.customer_id
      AND occurred_at >= signed_up_at + INTERVAL 30 DAY AND occurred_at < signed_up_at + INTERVAL 31 DAY
  ) AS stayed
  FROM customers
  WHERE signed_up_at + INTERVAL 31 DAY <= TIMESTAMP '2026-11-16 09:00'
)
SELECT COUNT(*) FILTER (WHERE stayed) AS numerator, COUNT(*) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM joined
