-- On the Sunday of each week: the Sunday's own month up to and including that day.
WITH weeks AS (
  SELECT range::DATE AS period, range::DATE + 6 AS sunday
  FROM RANGE(TIMESTAMP '2026-02-02', TIMESTAMP '2026-11-16', INTERVAL 7 DAY)
)
SELECT period, SUM(amount) AS value
FROM weeks
JOIN orders ON ordered_at >= DATE_TRUNC('month', sunday) AND ordered_at < sunday + 1
WHERE status = 'paid'
GROUP BY period
