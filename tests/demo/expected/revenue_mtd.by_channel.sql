SELECT DATE_TRUNC('month', ordered_at)::DATE AS period, channel, SUM(amount) AS value
FROM orders
LEFT JOIN customers USING (customer_id)
LEFT JOIN leads USING (lead_id)
LEFT JOIN visits USING (visit_id)
WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-11-01'
GROUP BY period, channel
