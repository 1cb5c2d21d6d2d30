-- New visitors whose 14 days to ask and 30 days to sign after it are over.
WITH newcomers AS (
  SELECT visitor_id, visited_at, EXISTS (
    SELECT 1 FROM leads
    WHERE leads.visitor_id = visits.visitor_id
      AND created_at >= visited_at AND created_at < visited_at + INTERVAL 14 DAY
  ) AS asked, EXISTS (
    SELECT 1 FROM leads JOIN customers ON customers.visitor_id = leads.visitor_id
    WHERE leads.visitor_id = visits.visitor_id
      AND created_at >= visited_at AND created_at < visited_at + INTERVAL 14 DAY
      AND signed_up_at >= created_at AND signed_up_at < created_at + INTERVAL 30 DAY
  ) AS signed
  FROM visits
  WHERE visit_number = 1
    AND visited_at + INTERVAL 14 DAY + INTERVAL 30 DAY <= TIMESTAMP '2026-11-16 09:00'
)
SELECT COUNT(DISTINCT visitor_id) AS passed_visits,
       COUNT(DISTINCT visitor_id) FILTER (WHERE asked) AS passed_asked,
       COUNT(DISTINCT visitor_id) FILTER (WHERE signed) AS passed_signed,
       passed_signed AS numerator, passed_visits AS denominator, numerator / NULLIF(denominator, 0) AS value
FROM newcomers
