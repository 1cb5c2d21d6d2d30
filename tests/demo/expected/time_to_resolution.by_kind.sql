SELECT DATE_TRUNC('month', opened_at)::DATE AS period, kind,
       QUANTILE_CONT(EPOCH(COALESCE(resolved_at, TIMESTAMP '2026-11-16 09:00') - opened_at) / 3600, 0.9) AS value,
       COUNT(*) AS n
FROM tickets
WHERE opened_at < TIMESTAMP '2026-11-01' AND (resolved_at IS NULL OR resolved_at >= opened_at)
GROUP BY period, kind
