WITH came AS (
  SELECT COUNT(DISTINCT visitor_id) AS visitors
  FROM visits
  WHERE visit_number = 1 AND visited_at < TIMESTAMP '2026-11-16 09:00'
),
asked AS (
  SELECT COUNT(*) AS leads
  FROM leads
  WHERE created_at < TIMESTAMP '2026-11-16 09:00'
)
SELECT leads AS numerator, visitors AS denominator, numerator / NULLIF(denominator, 0) AS value
FROM came, asked
