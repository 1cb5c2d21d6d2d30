SELECT DATE_TRUNC('week', ordered_at)::DATE AS period, SUM(amount) AS value
FROM orders
WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-11-16'
GROUP BY period
