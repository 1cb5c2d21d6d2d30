-- Never seen between the end of their second day and their 30th: they left at once.
SELECT COUNT(*) AS value
FROM customers
WHERE signed_up_at + INTERVAL 30 DAY <= TIMESTAMP '2026-11-16 09:00'
  AND NOT EXISTS (
    SELECT 1 FROM usage
    WHERE usage.customer_id = customers.customer_id
      AND occurred_at >= signed_up_at + INTERVAL 2 DAY AND occurred_at < signed_up_at + INTERVAL 30 DAY)
