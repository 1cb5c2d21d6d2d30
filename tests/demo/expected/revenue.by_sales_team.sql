-- The team that covers the customer's country when the order comes, not the one that won the customer.
SELECT DATE_TRUNC('month', ordered_at)::DATE AS period, sales_team, SUM(amount) AS value
FROM orders
LEFT JOIN customers USING (customer_id)
LEFT JOIN leads USING (lead_id)
LEFT JOIN visits USING (visit_id)
LEFT JOIN territories
  ON territories.country = visits.country
  AND ordered_at::DATE >= covered_from AND (ordered_at::DATE < covered_to OR covered_to IS NULL)
WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-11-01'
GROUP BY period, sales_team
