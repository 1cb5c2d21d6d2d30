-- The team that covered the visitor's country on the day on which the deal was closed, when the metric counts it.
SELECT DATE_TRUNC('month', closed_at)::DATE AS period, sales_team,
       AVG(EPOCH(closed_at - opened_at) / 86400) AS value, COUNT(*) AS n
FROM deals
LEFT JOIN leads USING (lead_id)
LEFT JOIN visits USING (visit_id)
LEFT JOIN territories
  ON territories.country = visits.country
  AND closed_at::DATE >= covered_from AND (closed_at::DATE < covered_to OR covered_to IS NULL)
WHERE status = 'won' AND closed_at >= opened_at AND closed_at < TIMESTAMP '2026-11-01'
GROUP BY period, sales_team
