-- A customer who used two features counts in both groups.
SELECT DATE_TRUNC('month', occurred_at)::DATE AS period, feature, COUNT(DISTINCT customer_id) AS value
FROM usage
WHERE occurred_at < TIMESTAMP '2026-11-01'
GROUP BY period, feature
