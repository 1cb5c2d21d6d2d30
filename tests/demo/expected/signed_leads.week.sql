-- A lead counts in the week in which its 30 days end, so the newest week is complete.
WITH judged AS (
  SELECT created_at + INTERVAL 30 DAY AS judged_at, EXISTS (
    SELECT 1 FROM customers
    WHERE customers.lead_id = leads.lead_id
      AND signed_up_at >= created_at AND signed_up_at < created_at + INTERVAL 30 DAY
  ) AS signed
  FROM leads
  WHERE created_at + INTERVAL 30 DAY <= TIMESTAMP '2026-11-16 09:00'
)
SELECT DATE_TRUNC('week', judged_at)::DATE AS period,
       COUNT(*) FILTER (WHERE signed) AS numerator, COUNT(*) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM judged
WHERE judged_at < TIMESTAMP '2026-11-16'
GROUP BY period
