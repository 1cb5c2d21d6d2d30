SELECT DATE_TRUNC('month', visited_at)::DATE AS period, channel, COUNT(DISTINCT visitor_id) AS value
FROM visits
WHERE visit_number = 1 AND visited_at < TIMESTAMP '2026-11-01'
GROUP BY period, channel
