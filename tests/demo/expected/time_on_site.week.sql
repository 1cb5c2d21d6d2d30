SELECT DATE_TRUNC('week', visited_at)::DATE AS period,
       AVG(duration_seconds / 60.0) AS value, COUNT(duration_seconds) AS n
FROM visits
WHERE visited_at < TIMESTAMP '2026-11-16'
GROUP BY period
