WITH loyal AS (
  SELECT customer_id, TRUE AS is_loyal
  FROM orders
  WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-11-16 09:00'
  GROUP BY customer_id
  HAVING COUNT(*) > 3
)
SELECT DATE_TRUNC('month', occurred_at)::DATE AS period, channel,
       COUNT(DISTINCT usage.customer_id) FILTER (WHERE is_loyal) AS numerator,
       COUNT(DISTINCT usage.customer_id) AS denominator,
       numerator / denominator AS value
FROM usage
LEFT JOIN loyal USING (customer_id)
LEFT JOIN customers USING (customer_id)
LEFT JOIN leads USING (lead_id)
LEFT JOIN visits USING (visit_id)
WHERE occurred_at < TIMESTAMP '2026-11-01'
GROUP BY period, channel
