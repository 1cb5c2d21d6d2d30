SELECT DATE_TRUNC('month', released_at)::DATE AS period, topic,
       AVG(EPOCH(released_at - requested_at) / 86400) AS value, COUNT(*) AS n
FROM release_requests
WHERE requested_by = 'sales' AND released_at >= requested_at AND released_at < TIMESTAMP '2026-11-01'
GROUP BY period, topic
