-- Every plan that anybody ever came to, in every month since the first.
WITH recommended AS (
  SELECT signed_up_at, plan
  FROM customers
  LEFT JOIN leads USING (lead_id)
  LEFT JOIN visits USING (visit_id)
  WHERE channel = 'referral'
),
months AS (
  SELECT range::DATE AS period
  FROM RANGE(
    (SELECT DATE_TRUNC('month', MIN(signed_up_at)) FROM recommended)::TIMESTAMP, TIMESTAMP '2026-11-01', INTERVAL 1 MONTH
  )
),
plans AS (
  SELECT DISTINCT plan FROM recommended WHERE signed_up_at < TIMESTAMP '2026-11-01'
)
SELECT period, plans.plan, COUNT(signed_up_at) AS value
FROM months
CROSS JOIN plans
LEFT JOIN recommended
  ON recommended.plan = plans.plan AND signed_up_at >= period AND signed_up_at < period + INTERVAL 1 MONTH
GROUP BY period, plans.plan
