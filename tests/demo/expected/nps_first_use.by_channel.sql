SELECT DATE_TRUNC('month', answered_at)::DATE AS period, channel,
       COUNT(*) FILTER (WHERE rating >= 9) - COUNT(*) FILTER (WHERE rating <= 6) AS numerator,
       COUNT(*) AS denominator, 100 * numerator / denominator AS value
FROM surveys
LEFT JOIN customers USING (customer_id)
LEFT JOIN leads USING (lead_id)
LEFT JOIN visits USING (visit_id)
WHERE kind = 'first_use' AND rating BETWEEN 0 AND 10 AND answered_at < TIMESTAMP '2026-11-01'
GROUP BY period, channel
