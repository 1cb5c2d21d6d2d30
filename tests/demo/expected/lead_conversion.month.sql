WITH came AS (
  SELECT DATE_TRUNC('month', visited_at)::DATE AS period, COUNT(DISTINCT visitor_id) AS visitors
  FROM visits
  WHERE visit_number = 1 AND visited_at < TIMESTAMP '2026-11-01'
  GROUP BY period
),
asked AS (
  SELECT DATE_TRUNC('month', created_at)::DATE AS period, COUNT(*) AS leads
  FROM leads
  WHERE created_at < TIMESTAMP '2026-11-01'
  GROUP BY period
)
SELECT period, COALESCE(leads, 0) AS numerator, COALESCE(visitors, 0) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM came FULL JOIN asked USING (period)
