SELECT DATE_TRUNC('week', paid_on)::DATE AS period, SUM(amount) AS value
FROM keeping
WHERE paid_on < DATE '2026-11-16'
GROUP BY period
