WITH recommended AS (
  SELECT signed_up_at, plan
  FROM customers
  LEFT JOIN leads USING (lead_id)
  LEFT JOIN visits USING (visit_id)
  WHERE channel = 'referral'
)
SELECT COUNT(*) AS value
FROM recommended
WHERE signed_up_at < TIMESTAMP '2026-11-16 09:00'
