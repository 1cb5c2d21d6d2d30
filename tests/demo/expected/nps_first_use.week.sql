SELECT DATE_TRUNC('week', answered_at)::DATE AS period,
       COUNT(*) FILTER (WHERE rating >= 9) - COUNT(*) FILTER (WHERE rating <= 6) AS numerator,
       COUNT(*) AS denominator, 100 * numerator / denominator AS value
FROM surveys
WHERE kind = 'first_use' AND rating BETWEEN 0 AND 10 AND answered_at < TIMESTAMP '2026-11-16'
GROUP BY period
