SELECT COUNT(DISTINCT customer_id) AS value
FROM usage
WHERE occurred_at < TIMESTAMP '2026-11-16 09:00'
