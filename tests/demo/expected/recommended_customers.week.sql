-- From the week of the first one on, weeks without any are 0.
WITH recommended AS (
  SELECT signed_up_at, plan
  FROM customers
  LEFT JOIN leads USING (lead_id)
  LEFT JOIN visits USING (visit_id)
  WHERE channel = 'referral'
),
weeks AS (
  SELECT range::DATE AS period
  FROM RANGE(
    (SELECT DATE_TRUNC('week', MIN(signed_up_at)) FROM recommended)::TIMESTAMP, TIMESTAMP '2026-11-16', INTERVAL 7 DAY
  )
)
SELECT period, COUNT(signed_up_at) AS value
FROM weeks LEFT JOIN recommended ON signed_up_at >= period AND signed_up_at < period + 7
GROUP BY period
