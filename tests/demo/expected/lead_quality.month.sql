SELECT DATE_TRUNC('month', created_at)::DATE AS period,
       COUNT(*) FILTER (WHERE qualified) AS numerator, COUNT(*) AS denominator,
       numerator / denominator AS value
FROM leads
WHERE created_at < TIMESTAMP '2026-11-01'
GROUP BY period
