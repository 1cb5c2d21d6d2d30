-- On the last day of each month; each order belongs to the team that covered the country when it came.
WITH months AS (
  SELECT range::DATE AS period, (range + INTERVAL 1 MONTH)::DATE AS next
  FROM RANGE(TIMESTAMP '2026-02-01', TIMESTAMP '2026-11-01', INTERVAL 1 MONTH)
)
SELECT period, sales_team, SUM(amount) AS value
FROM months
JOIN orders ON ordered_at >= next - INTERVAL 28 DAY AND ordered_at < next
LEFT JOIN customers USING (customer_id)
LEFT JOIN leads USING (lead_id)
LEFT JOIN visits USING (visit_id)
LEFT JOIN territories
  ON territories.country = visits.country
  AND ordered_at::DATE >= covered_from AND (ordered_at::DATE < covered_to OR covered_to IS NULL)
WHERE status = 'paid'
GROUP BY period, sales_team
