WITH days AS (
  SELECT customer_id, bought_on, SUM(dollars) AS dollars,
         ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY bought_on) AS nth
  FROM purchases GROUP BY customer_id, bought_on
)
SELECT DATE_TRUNC('month', bought_on) AS month, COUNT(*) AS value
FROM days WHERE nth > 1 GROUP BY month
