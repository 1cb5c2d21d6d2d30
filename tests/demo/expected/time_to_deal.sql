SELECT AVG(EPOCH(closed_at - opened_at) / 86400) AS value, COUNT(*) AS n
FROM deals
WHERE status = 'won' AND closed_at >= opened_at AND closed_at < TIMESTAMP '2026-11-16 09:00'
