SELECT DATE_TRUNC('month', spent_on)::DATE AS period, kind, SUM(amount) AS value
FROM spend
WHERE kind <> 'bonus' AND spent_on < DATE '2026-11-01'
GROUP BY period, kind
