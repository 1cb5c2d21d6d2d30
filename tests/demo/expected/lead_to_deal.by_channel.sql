WITH signed AS (
  SELECT leads.lead_id, created_at, channel, MIN(closed_at) AS signed_at
  FROM leads
  LEFT JOIN visits USING (visit_id)
  JOIN deals
    ON deals.lead_id = leads.lead_id AND status = 'won'
    AND closed_at >= created_at AND closed_at < created_at + INTERVAL 60 DAY
  GROUP BY leads.lead_id, created_at, channel
)
SELECT DATE_TRUNC('month', signed_at)::DATE AS period, channel,
       MEDIAN(EPOCH(signed_at - created_at) / 86400) AS value, COUNT(*) AS n
FROM signed
WHERE signed_at < TIMESTAMP '2026-11-01'
GROUP BY period, channel
