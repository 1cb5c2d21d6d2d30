SELECT COUNT(*) FILTER (WHERE rating >= 4) AS numerator, COUNT(*) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM surveys
WHERE kind = 'support' AND rating BETWEEN 1 AND 5 AND answered_at < TIMESTAMP '2026-11-16 09:00'
