SELECT AVG(amount) AS value, COUNT(amount) AS n
FROM orders
WHERE status = 'paid' AND paid_at < TIMESTAMP '2026-11-16 09:00'
