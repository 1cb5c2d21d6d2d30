-- Distinct days of all customers, less everybody's first.
SELECT COUNT(DISTINCT (customer_id, bought_on)) - COUNT(DISTINCT customer_id) AS value FROM purchases
