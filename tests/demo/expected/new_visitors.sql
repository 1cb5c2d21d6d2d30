SELECT COUNT(DISTINCT visitor_id) AS value
FROM visits
WHERE visit_number = 1 AND visited_at < TIMESTAMP '2026-11-16 09:00'
