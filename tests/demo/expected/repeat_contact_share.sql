-- Complaints whose 14 days are over. A later complaint on the same topic is a repeated contact, too.
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
SELECT COUNT(*) FILTER (WHERE repeated) AS numerator, COUNT(*) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM complaints
