WITH recommended AS (
  SELECT signed_up_at, plan
  FROM customers
  LEFT JOIN leads USING (lead_id)
  LEFT JOIN visits USING (visit_id)
  WHERE channel = 'referral'
),
months AS (
  SELECT MIN(calendar_day) AS period, MAX(calendar_day) + 1 AS next
  FROM fiscal_days
  GROUP BY fiscal_month
)
SELECT period, COUNT(signed_up_at) AS value
FROM months LEFT JOIN recommended ON signed_up_at >= period AND signed_up_at < next
WHERE next <= DATE '2026-10-26' AND next > (SELECT MIN(signed_up_at) FROM recommended)
GROUP BY period
