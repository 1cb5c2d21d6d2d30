WITH complaints AS (
  SELECT opened_at, EXISTS (
    SELECT 1 FROM tickets AS again
    WHERE again.customer_id = complaint.customer_id AND again.topic = complaint.topic
      AND again.ticket_id <> complaint.ticket_id
      AND again.opened_at >= complaint.opened_at AND again.opened_at < complaint.opened_at + INTERVAL 14 DAY
  ) AS repeated
  FROM tickets AS complaint
  WHERE kind = 'complaint' AND opened_at + INTERVAL 14 DAY <= TIMESTAMP '2026-11-16 09:00'
)
SELECT DATE_TRUNC('week', opened_at)::DATE AS period,
       COUNT(*) FILTER (WHERE repeated) AS numerator, COUNT(*) AS denominator,
       numerator / denominator AS value
FROM complaints
GROUP BY period
