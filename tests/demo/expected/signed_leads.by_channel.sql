WITH judged AS (
  SELECT created_at + INTERVAL 30 DAY AS judged_at, channel, EXISTS (
    SELECT 1 FROM customers
    WHERE customers.lead_id = leads.lead_id
      AND signed_up_at >= created_at AND signed_up_at < created_at + INTERVAL 30 DAY
  ) AS signed
  FROM leads LEFT JOIN visits USING (visit_id)
  WHERE created_at + INTERVAL 30 DAY <= TIMESTAMP '2026-11-16 09:00'
)
SELECT DATE_TRUNC('month', judged_at)::DATE AS period, channel,
       COUNT(*) FILTER (WHERE signed) AS numerator, COUNT(*) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM judged
WHERE judged_at < TIMESTAMP '2026-11-01'
GROUP BY period, channel
