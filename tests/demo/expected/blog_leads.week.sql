SELECT DATE_TRUNC('week', created_at)::DATE AS period, COUNT(*) AS value
FROM leads JOIN visits USING (visit_id)
WHERE channel = 'content' AND created_at < TIMESTAMP '2026-11-16'
GROUP BY period
