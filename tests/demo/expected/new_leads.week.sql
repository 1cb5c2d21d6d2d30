SELECT DATE_TRUNC('week', created_at)::DATE AS period, COUNT(*) AS value
FROM leads
WHERE created_at < TIMESTAMP '2026-11-16'
GROUP BY period
