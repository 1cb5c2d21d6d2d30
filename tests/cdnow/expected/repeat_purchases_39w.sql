SELECT COUNT(DISTINCT (customer_id, bought_on)) - COUNT(DISTINCT customer_id) AS value
FROM purchases WHERE bought_on < DATE '1997-10-01'
