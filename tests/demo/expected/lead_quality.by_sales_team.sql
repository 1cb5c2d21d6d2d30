-- The team that covered the visitor's country on the day of the request; in between nobody did.
WITH asked AS (
  SELECT DATE_TRUNC('month', created_at)::DATE AS period, sales_team, qualified
  FROM leads
  LEFT JOIN visits USING (visit_id)
  LEFT JOIN territories
    ON territories.country = visits.country
    AND created_at::DATE >= covered_from AND (created_at::DATE < covered_to OR covered_to IS NULL)
  WHERE created_at < TIMESTAMP '2026-11-01'
)
SELECT period, sales_team, COUNT(*) FILTER (WHERE qualified) AS numerator, COUNT(*) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM asked
GROUP BY period, sales_team
