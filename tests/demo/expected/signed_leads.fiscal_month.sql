WITH days AS (
  SELECT calendar_day, MIN(calendar_day) OVER (PARTITION BY fiscal_month) AS period
  FROM fiscal_days
),
judged AS (
  SELECT created_at + INTERVAL 30 DAY AS judged_at, EXISTS (
    SELECT 1 FROM customers
    WHERE customers.lead_id = leads.lead_id
      AND signed_up_at >= created_at AND signed_up_at < created_at + INTERVAL 30 DAY
  ) AS signed
  FROM leads
  WHERE created_at + INTERVAL 30 DAY <= TIMESTAMP '2026-11-16 09:00'
)
SELECT period,
       COUNT(*) FILTER (WHERE signed) AS numerator, COUNT(*) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM judged JOIN days ON calendar_day = judged_at::DATE
WHERE judged_at < TIMESTAMP '2026-10-26'
GROUP BY period
