-- November up to the 16th, the last day that has begun, against October up to its 16th.
WITH gathered AS (
  SELECT SUM(amount) FILTER (WHERE ordered_at >= TIMESTAMP '2026-11-01') AS present,
         SUM(amount) FILTER (WHERE ordered_at >= TIMESTAMP '2026-10-01' AND ordered_at < TIMESTAMP '2026-10-17') AS past
  FROM orders
  WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-11-16 09:00'
)
SELECT present / NULLIF(past, 0) - 1 AS value
FROM gathered
