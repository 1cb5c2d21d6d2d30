-- Every team that ever won anybody so, nobody's included, in every month since the first.
WITH recommended AS (
  SELECT signed_up_at, sales_team
  FROM customers
  LEFT JOIN leads USING (lead_id)
  LEFT JOIN visits USING (visit_id)
  LEFT JOIN territories
    ON territories.country = visits.country
    AND signed_up_at::DATE >= covered_from AND (signed_up_at::DATE < covered_to OR covered_to IS NULL)
  WHERE channel = 'referral'
),
months AS (
  SELECT range::DATE AS period
  FROM RANGE(
    (SELECT DATE_TRUNC('month', MIN(signed_up_at)) FROM recommended)::TIMESTAMP, TIMESTAMP '2026-11-01', INTERVAL 1 MONTH
  )
),
teams AS (
  SELECT DISTINCT sales_team FROM recommended WHERE signed_up_at < TIMESTAMP '2026-11-01'
)
SELECT period, teams.sales_team, COUNT(signed_up_at) AS value
FROM months
CROSS JOIN teams
LEFT JOIN recommended
  ON recommended.sales_team IS NOT DISTINCT FROM teams.sales_team
  AND signed_up_at >= period AND signed_up_at < period + INTERVAL 1 MONTH
GROUP BY period, teams.sales_team
