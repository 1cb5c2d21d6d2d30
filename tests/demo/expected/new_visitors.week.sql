SELECT DATE_TRUNC('week', visited_at)::DATE AS period, COUNT(DISTINCT visitor_id) AS value
FROM visits
WHERE visit_number = 1 AND visited_at < TIMESTAMP '2026-11-16'
GROUP BY period
