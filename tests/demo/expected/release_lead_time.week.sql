SELECT DATE_TRUNC('week', released_at)::DATE AS period,
       AVG(EPOCH(released_at - requested_at) / 86400) AS value, COUNT(*) AS n
FROM release_requests
WHERE requested_by = 'sales' AND released_at >= requested_at AND released_at < TIMESTAMP '2026-11-16'
GROUP BY period
