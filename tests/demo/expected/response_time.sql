SELECT MEDIAN(EPOCH(first_reply_at - opened_at) / 60) AS value, COUNT(*) AS n
FROM tickets
WHERE first_reply_at >= opened_at AND first_reply_at < TIMESTAMP '2026-11-16 09:00'
