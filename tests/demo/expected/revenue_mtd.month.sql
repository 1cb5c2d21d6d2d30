-- A month that is over has come to its whole revenue.
SELECT DATE_TRUNC('month', ordered_at)::DATE AS period, SUM(amount) AS value
FROM orders
WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-11-01'
GROUP BY period
