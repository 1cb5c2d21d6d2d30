WITH joined AS (
  SELECT signed_up_at, EXISTS (
    SELECT 1 FROM usage
    WHERE usage.customer_id = customers.customer_id
      AND occurred_at >= signed_up_at + INTERVAL 30 DAY AND occurred_at < signed_up_at + INTERVAL 31 DAY
  ) AS stayed
  FROM customers
  WHERE signed_up_at + INTERVAL 31 DAY <= TIMESTAMP '2026-11-16 09:00'
)
SELECT DATE_TRUNC('week', signed_up_at)::DATE AS period,
       COUNT(*) FILTER (WHERE stayed) AS numerator, COUNT(*) AS denominator,
       numerator / denominator AS value
FROM joined
GROUP BY period
