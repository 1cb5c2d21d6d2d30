SELECT SUM(amount) AS value
FROM orders
WHERE status = 'paid' AND ordered_at >= TIMESTAMP '2026-11-01' AND ordered_at < TIMESTAMP '2026-11-16 09:00'
