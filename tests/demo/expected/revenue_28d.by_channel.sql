-- On the last day of each month.
WITH months AS (
  SELECT range::DATE AS period, (range + INTERVAL 1 MONTH)::DATE AS next
  FROM RANGE(TIMESTAMP '2026-02-01', TIMESTAMP '2026-11-01', INTERVAL 1 MONTH)
)
SELECT period, channel, SUM(amount) AS value
FROM months
JOIN orders ON ordered_at >= next - INTERVAL 28 DAY AND ordered_at < next
LEFT JOIN customers USING (customer_id)
LEFT JOIN leads USING (lead_id)
LEFT JOIN visits USING (visit_id)
WHERE status = 'paid'
GROUP BY period, channel
