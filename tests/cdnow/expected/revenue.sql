SELECT SUM(dollars) AS value FROM purchases
