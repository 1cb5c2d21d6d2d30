WITH days AS (
  SELECT customer_id, bought_on, SUM(dollars) AS dollars,
         ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY bought_on) AS nth
  FROM purchases GROUP BY customer_id, bought_on
),
averages AS (
  SELECT MIN(bought_on) AS first_on,
         AVG(dollars) FILTER (WHERE nth > 1 AND bought_on <= DATE '1997-09-30') AS dollars
  FROM days GROUP BY customer_id
)
SELECT DATE_TRUNC('month', first_on) AS month, AVG(dollars) AS value, COUNT(dollars) AS n
FROM averages GROUP BY month
