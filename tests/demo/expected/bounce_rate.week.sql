SELECT DATE_TRUNC('week', visited_at)::DATE AS period,
       COUNT(*) FILTER (WHERE pages = 1) AS numerator, COUNT(*) AS denominator,
       numerator / denominator AS value
FROM visits
WHERE visited_at < TIMESTAMP '2026-11-16'
GROUP BY period
