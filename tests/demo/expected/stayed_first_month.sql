-- Of those, who used the product at least once between two days and 30 days after signing up.
SELECT COUNT(*) AS value
FROM customers
WHERE signed_up_at + INTERVAL 30 DAY <= TIMESTAMP '2026-11-16 09:00'
  AND EXISTS (
    SELECT 1 FROM usage
    WHERE usage.customer_id = customers.customer_id
      AND occurred_at >= signed_up_at + INTERVAL 2 DAY AND occurred_at < signed_up_at + INTERVAL 30 DAY)
