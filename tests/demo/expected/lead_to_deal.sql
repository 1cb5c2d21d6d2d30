-- The lead's first contract, if it came within 60 days; it counts when it was signed.
WITH signed AS (
  SELECT leads.lead_id, created_at, MIN(closed_at) AS signed_at
  FROM leads
  JOIN deals
    ON deals.lead_id = leads.lead_id AND status = 'won'
    AND closed_at >= created_at AND closed_at < created_at + INTERVAL 60 DAY
  WHERE closed_at < TIMESTAMP '2026-11-16 09:00'
  GROUP BY leads.lead_id, created_at
)
SELECT MEDIAN(EPOCH(signed_at - created_at) / 86400) AS value, COUNT(*) AS n
FROM signed
