SELECT DATE_TRUNC('month', visited_at)::DATE AS period, landing_page,
       COUNT(*) FILTER (WHERE pages = 1) AS numerator, COUNT(*) AS denominator,
       numerator / denominator AS value
FROM visits
WHERE visited_at < TIMESTAMP '2026-11-01'
GROUP BY period, landing_page
