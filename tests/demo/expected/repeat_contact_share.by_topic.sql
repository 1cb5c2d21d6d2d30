WITH complaints AS (
  SELECT opened_at, topic, EXISTS (
    SELECT 1 FROM tickets AS again
    WHERE again.customer_id = complaint.customer_id AND again.topic = complaint.topic
      AND again.ticket_id <> complaint.ticket_id
      AND again.opened_at >= complaint.opened_at AND again.opened_at < complaint.opened_at + INTERVAL 14 DAY
  ) AS repeated
  FROM tickets AS complaint
  WHERE kind = 'complaint' AND opened_at < TIMESTAMP '2026-11-01'
)
SELECT DATE_TRUNC('month', opened_at)::DATE AS period, topic,
       COUNT(*) FILTER (WHERE repeated) AS numerator, COUNT(*) AS denominator,
       numerator / denominator AS value
FROM complaints
GROUP BY period, topic
