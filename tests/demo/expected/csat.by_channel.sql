SELECT DATE_TRUNC('month', answered_at)::DATE AS period, channel,
       COUNT(*) FILTER (WHERE rating >= 4) AS numerator, COUNT(*) AS denominator,
       numerator / denominator AS value
FROM surveys
LEFT JOIN customers USING (customer_id)
LEFT JOIN leads USING (lead_id)
LEFT JOIN visits USING (visit_id)
WHERE kind = 'support' AND rating BETWEEN 1 AND 5 AND answered_at < TIMESTAMP '2026-11-01'
GROUP BY period, channel
