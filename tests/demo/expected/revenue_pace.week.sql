-- The Sunday of each week against the same day of the month before, or the last that this month has.
WITH weeks AS (
  SELECT range::DATE AS period, range::DATE + 6 AS sunday, (sunday - INTERVAL 1 MONTH)::DATE AS earlier
  FROM RANGE(TIMESTAMP '2026-02-02', TIMESTAMP '2026-11-16', INTERVAL 7 DAY)
),
gathered AS (
  SELECT period,
         (
           SELECT SUM(amount) FROM orders
           WHERE status = 'paid' AND ordered_at >= DATE_TRUNC('month', sunday) AND ordered_at < sunday + 1
         ) AS present,
         (
           SELECT SUM(amount) FROM orders
           WHERE status = 'paid' AND ordered_at >= DATE_TRUNC('month', earlier) AND ordered_at < earlier + 1
         ) AS past
  FROM weeks
)
SELECT period, present / NULLIF(past, 0) - 1 AS value
FROM gathered
