SELECT DATE_TRUNC('week', signed_up_at)::DATE AS period, COUNT(*) AS value
FROM customers
WHERE signed_up_at + INTERVAL 30 DAY <= TIMESTAMP '2026-11-16 09:00'
GROUP BY period
