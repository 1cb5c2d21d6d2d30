WITH offers AS (
  SELECT visited_at, EXISTS (
    SELECT 1 FROM leads
    WHERE leads.visitor_id = visits.visitor_id
      AND created_at >= visited_at AND created_at < visited_at + INTERVAL 7 DAY
  ) AS converted
  FROM visits
  WHERE landing_page = 'offer' AND visited_at + INTERVAL 7 DAY <= TIMESTAMP '2026-11-16 09:00'
)
SELECT DATE_TRUNC('week', visited_at)::DATE AS period,
       COUNT(*) FILTER (WHERE converted) AS numerator, COUNT(*) AS denominator,
       numerator / denominator AS value
FROM offers
GROUP BY period
