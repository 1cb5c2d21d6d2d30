SELECT DATE_TRUNC('month', first_on) AS month, COUNT(*) AS value
FROM (SELECT MIN(bought_on) AS first_on FROM purchases GROUP BY customer_id)
GROUP BY month
