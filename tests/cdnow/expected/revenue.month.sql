SELECT DATE_TRUNC('month', bought_on) AS month, SUM(dollars) AS value
FROM purchases GROUP BY month
