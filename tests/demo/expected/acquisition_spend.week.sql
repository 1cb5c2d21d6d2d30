SELECT DATE_TRUNC('week', spent_on)::DATE AS period, SUM(amount) AS value
FROM spend
WHERE kind <> 'bonus' AND spent_on < DATE '2026-11-16'
GROUP BY period
