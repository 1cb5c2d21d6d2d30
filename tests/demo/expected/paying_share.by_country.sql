WITH newcomers AS (
  SELECT visitor_id, visited_at, country, EXISTS (
    SELECT 1 FROM customers
    WHERE customers.visitor_id = visits.visitor_id
      AND signed_up_at >= visited_at AND signed_up_at < visited_at + INTERVAL 30 DAY
  ) AS paying
  FROM visits
  WHERE visit_number = 1 AND visited_at + INTERVAL 30 DAY <= TIMESTAMP '2026-11-16 09:00'
)
SELECT DATE_TRUNC('month', visited_at)::DATE AS period, country,
       COUNT(DISTINCT visitor_id) FILTER (WHERE paying) AS numerator,
       COUNT(DISTINCT visitor_id) AS denominator,
       numerator / denominator AS value
FROM newcomers
GROUP BY period, country
