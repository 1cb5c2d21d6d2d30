SELECT DATE_TRUNC('month', answered_at)::DATE AS period, tickets.topic AS "ticket.topic",
       COUNT(*) FILTER (WHERE rating >= 4) AS numerator, COUNT(*) AS denominator,
       numerator / denominator AS value
FROM surveys
LEFT JOIN tickets USING (ticket_id)
WHERE surveys.kind = 'support' AND rating BETWEEN 1 AND 5 AND answered_at < TIMESTAMP '2026-11-01'
GROUP BY period, tickets.topic
