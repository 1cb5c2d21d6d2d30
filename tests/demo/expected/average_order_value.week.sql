SELECT DATE_TRUNC('week', paid_at)::DATE AS period, AVG(amount) AS value, COUNT(amount) AS n
FROM orders
WHERE status = 'paid' AND paid_at < TIMESTAMP '2026-11-16'
GROUP BY period
