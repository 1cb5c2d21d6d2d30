SELECT DATE_TRUNC('month', ordered_at)::DATE AS period, plan AS "customers.plan", SUM(amount) AS value
FROM orders
LEFT JOIN customers USING (customer_id)
WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-11-01'
GROUP BY period, plan
