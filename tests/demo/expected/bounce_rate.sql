SELECT COUNT(*) FILTER (WHERE pages = 1) AS numerator, COUNT(*) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM visits
WHERE visited_at < TIMESTAMP '2026-11-16 09:00'
