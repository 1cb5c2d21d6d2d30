SELECT SUM(amount) AS value
FROM spend
WHERE kind <> 'bonus' AND spent_on < TIMESTAMP '2026-11-16 09:00'
