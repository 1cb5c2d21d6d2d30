-- On 16 November, the last day that has begun: that day and the 27 before.
SELECT SUM(amount) AS value
FROM orders
WHERE status = 'paid' AND ordered_at >= TIMESTAMP '2026-10-20' AND ordered_at < TIMESTAMP '2026-11-16 09:00'
