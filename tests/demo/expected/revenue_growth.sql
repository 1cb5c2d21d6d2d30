-- All that was ordered against all that was ordered a month earlier or before.
SELECT SUM(amount) / NULLIF(SUM(amount) FILTER (WHERE ordered_at + INTERVAL 1 MONTH < TIMESTAMP '2026-11-16 09:00'), 0) - 1
         AS value
FROM orders
WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-11-16 09:00'
