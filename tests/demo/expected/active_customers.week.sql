SELECT DATE_TRUNC('week', occurred_at)::DATE AS period, COUNT(DISTINCT customer_id) AS value
FROM usage
WHERE occurred_at < TIMESTAMP '2026-11-16'
GROUP BY period
