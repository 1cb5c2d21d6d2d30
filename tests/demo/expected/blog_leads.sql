SELECT COUNT(*) AS value
FROM leads JOIN visits USING (visit_id)
WHERE channel = 'content' AND created_at < TIMESTAMP '2026-11-16 09:00'
