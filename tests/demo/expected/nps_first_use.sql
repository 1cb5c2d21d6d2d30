-- From -100 to 100: 9 and 10 recommend, 0 to 6 do not.
SELECT COUNT(*) FILTER (WHERE rating >= 9) - COUNT(*) FILTER (WHERE rating <= 6) AS numerator,
       COUNT(*) AS denominator, 100 * numerator / NULLIF(denominator, 0) AS value
FROM surveys
WHERE kind = 'first_use' AND rating BETWEEN 0 AND 10 AND answered_at < TIMESTAMP '2026-11-16 09:00'
