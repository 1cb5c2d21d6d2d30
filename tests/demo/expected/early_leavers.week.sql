SELECT DATE_TRUNC('week', signed_up_at)::DATE AS period, COUNT(*) FILTER (NOT EXISTS (
    SELECT 1 FROM usage
    WHERE usage.customer_id = customers.customer_id
      AND occurred_at >= signed_up_at + INTERVAL 2 DAY AND occurred_at < signed_up_at + INTERVAL 30 DAY)) AS value
FROM customers
WHERE signed_up_at + INTERVAL 30 DAY <= TIMESTAMP '2026-11-16 09:00'
GROUP BY period
