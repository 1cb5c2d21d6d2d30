WITH quiet AS (
  SELECT customer_id, MIN(bought_on) AS first_on FROM purchases WHERE bought_on <= DATE '1997-09-30'
  GROUP BY customer_id HAVING COUNT(DISTINCT bought_on) = 1
)
SELECT DATE_TRUNC('month', first_on) AS month, COUNT(*) AS value FROM quiet GROUP BY month
