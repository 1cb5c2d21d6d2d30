-- A lead has the channel of the visit in which it was left. The unknown channel is a group of its own.
WITH came AS (
  SELECT DATE_TRUNC('month', visited_at)::DATE AS period, channel, COUNT(DISTINCT visitor_id) AS visitors
  FROM visits
  WHERE visit_number = 1 AND visited_at < TIMESTAMP '2026-11-01'
  GROUP BY period, channel
),
asked AS (
  SELECT DATE_TRUNC('month', created_at)::DATE AS period, channel, COUNT(*) AS leads
  FROM leads LEFT JOIN visits USING (visit_id)
  WHERE created_at < TIMESTAMP '2026-11-01'
  GROUP BY period, channel
)
SELECT COALESCE(came.period, asked.period) AS period, COALESCE(came.channel, asked.channel) AS channel,
       COALESCE(leads, 0) AS numerator, COALESCE(visitors, 0) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM came
FULL JOIN asked ON came.period = asked.period AND came.channel IS NOT DISTINCT FROM asked.channel
