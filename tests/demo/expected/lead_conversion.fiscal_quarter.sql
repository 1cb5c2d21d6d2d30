WITH days AS (
  SELECT calendar_day, MIN(calendar_day) OVER (PARTITION BY fiscal_quarter) AS period
  FROM fiscal_days
),
came AS (
  SELECT period, COUNT(DISTINCT visitor_id) AS visitors
  FROM visits JOIN days ON calendar_day = visited_at::DATE
  WHERE visit_number = 1 AND visited_at < TIMESTAMP '2026-09-28'
  GROUP BY period
),
asked AS (
  SELECT period, COUNT(*) AS leads
  FROM leads JOIN days ON calendar_day = created_at::DATE
  WHERE created_at < TIMESTAMP '2026-09-28'
  GROUP BY period
)
SELECT period, COALESCE(leads, 0) AS numerator, COALESCE(visitors, 0) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM came FULL JOIN asked USING (period)
