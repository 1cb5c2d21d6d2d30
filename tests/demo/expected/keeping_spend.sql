SELECT SUM(amount) AS value FROM keeping WHERE paid_on < TIMESTAMP '2026-11-16 09:00'
