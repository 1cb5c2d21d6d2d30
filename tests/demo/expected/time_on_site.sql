SELECT AVG(duration_seconds / 60.0) AS value, COUNT(duration_seconds) AS n
FROM visits
WHERE visited_at < TIMESTAMP '2026-11-16 09:00'
