SELECT DATE_TRUNC('month', bought_on) AS month, COUNT(DISTINCT customer_id) AS value
FROM purchases GROUP BY month
