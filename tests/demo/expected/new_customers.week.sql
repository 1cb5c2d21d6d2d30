SELECT DATE_TRUNC('week', signed_up_at)::DATE AS period, COUNT(*) AS value
FROM customers
WHERE signed_up_at < TIMESTAMP '2026-11-16'
GROUP BY period
