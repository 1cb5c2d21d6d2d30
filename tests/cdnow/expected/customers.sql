SELECT COUNT(DISTINCT customer_id) AS value FROM purchases
