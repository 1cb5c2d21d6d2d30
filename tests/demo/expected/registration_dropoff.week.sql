WITH started AS (
  SELECT occurred_at, EXISTS (
    SELECT 1 FROM registrations AS done
    WHERE done.stage = 'completed'
      AND done.visitor_id = begun.visitor_id AND done.registration_id = begun.registration_id
      AND done.occurred_at >= begun.occurred_at AND done.occurred_at < begun.occurred_at + INTERVAL 6 HOUR
  ) AS completed
  FROM registrations AS begun
  WHERE stage = 'started' AND occurred_at + INTERVAL 6 HOUR <= TIMESTAMP '2026-11-16 09:00'
)
SELECT DATE_TRUNC('week', occurred_at)::DATE AS period,
       1 - COUNT(*) FILTER (WHERE completed) / COUNT(*) AS value
FROM started
WHERE occurred_at < TIMESTAMP '2026-11-16'
GROUP BY period
