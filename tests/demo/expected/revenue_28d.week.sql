-- On the Sunday of each week: that day and the 27 before, which are this week and three more.
WITH weeks AS (
  SELECT range::DATE AS period
  FROM RANGE(TIMESTAMP '2026-02-02', TIMESTAMP '2026-11-16', INTERVAL 7 DAY)
)
SELECT period, SUM(amount) AS value
FROM weeks
JOIN orders ON ordered_at >= period - INTERVAL 21 DAY AND ordered_at < period + INTERVAL 7 DAY
WHERE status = 'paid'
GROUP BY period
