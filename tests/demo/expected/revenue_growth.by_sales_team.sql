-- Both sides by the team that covered the country on the day of the order itself.
WITH present AS (
  SELECT DATE_TRUNC('month', ordered_at)::DATE AS period, sales_team, SUM(amount) AS amount
  FROM orders
  LEFT JOIN customers USING (customer_id)
  LEFT JOIN leads USING (lead_id)
  LEFT JOIN visits USING (visit_id)
  LEFT JOIN territories
    ON territories.country = visits.country
    AND ordered_at::DATE >= covered_from AND (ordered_at::DATE < covered_to OR covered_to IS NULL)
  WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-11-01'
  GROUP BY period, sales_team
)
SELECT present.period, present.sales_team, present.amount / NULLIF(past.amount, 0) - 1 AS value
FROM present
JOIN present AS past
  ON past.period + INTERVAL 1 MONTH = present.period AND past.sales_team IS NOT DISTINCT FROM present.sales_team
