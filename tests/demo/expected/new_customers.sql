SELECT COUNT(*) AS value
FROM customers
WHERE signed_up_at < TIMESTAMP '2026-11-16 09:00'
