-- Visits whose 7 days are over. A lead converts every visit to the offer page in the 7 days before it.
WITH offers AS (
  SELECT visited_at, EXISTS (
    SELECT 1 FROM leads
    WHERE leads.visitor_id = visits.visitor_id
      AND created_at >= visited_at AND created_at < visited_at + INTERVAL 7 DAY
  ) AS converted
  FROM visits
  WHERE landing_page = 'offer' AND visited_at + INTERVAL 7 DAY <= TIMESTAMP '2026-11-16 09:00'
)
SELECT COUNT(*) FILTER (WHERE converted) AS numerator, COUNT(*) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM offers
