-- The figures of the report of 2026-W46, by hand from the tables of the demo: what D-R2 says in words.
-- Shares are fractions; "before" is October 2026.
WITH
visitor AS (SELECT *, visited_at::DATE AS day FROM visits WHERE visit_number = 1),
span(name, first, after) AS (VALUES
  ('now', DATE '2026-11-09', DATE '2026-11-16'),
  ('before', DATE '2026-10-01', DATE '2026-11-01')),
counted AS (
  SELECT name,
    (SELECT COUNT(DISTINCT visitor_id) FROM visitor WHERE day >= first AND day < after) AS visitors,
    (SELECT COUNT(*) FROM leads WHERE created_at >= first AND created_at < after) AS new_leads,
    (SELECT COUNT(*) FROM leads WHERE created_at >= first AND created_at < after AND qualified) AS qualified,
    (SELECT AVG(DATE_DIFF('second', opened_at, closed_at)) / 86400 FROM deals
      WHERE status = 'won' AND closed_at >= first AND closed_at < after) AS days_to_deal,
    (SELECT COUNT(*) FROM registrations WHERE stage = 'started' AND occurred_at >= first AND occurred_at < after) AS begun,
    (SELECT COUNT(*) FROM registrations AS b WHERE stage = 'started' AND occurred_at >= first AND occurred_at < after
      AND EXISTS (SELECT 1 FROM registrations AS d WHERE d.stage = 'completed' AND d.registration_id = b.registration_id
        AND d.visitor_id = b.visitor_id AND d.occurred_at >= b.occurred_at
        AND d.occurred_at < b.occurred_at + INTERVAL 6 HOUR)) AS finished
  FROM span)
SELECT n.visitors AS new_visitors,
       n.new_leads AS leads,
       n.new_leads / n.visitors AS lead_conversion,
       b.new_leads / b.visitors AS lead_conversion_before,
       (n.new_leads / n.visitors) / (b.new_leads / b.visitors) - 1 AS lead_conversion_change,
       n.qualified / n.new_leads AS lead_quality,
       n.days_to_deal AS time_to_deal,
       1 - n.finished / n.begun AS registration_dropoff,
       (1 - n.finished / n.begun) / (1 - b.finished / b.begun) - 1 AS registration_dropoff_change
FROM counted AS n, counted AS b WHERE n.name = 'now' AND b.name = 'before'
