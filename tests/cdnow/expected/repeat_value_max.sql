WITH days AS (
  SELECT customer_id, bought_on, SUM(dollars) AS dollars,
         ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY bought_on) AS nth
  FROM purchases GROUP BY customer_id, bought_on
),
averages AS (
  SELECT AVG(dollars) AS dollars FROM days
  WHERE nth > 1 AND bought_on <= DATE '1997-09-30' GROUP BY customer_id
)
SELECT MAX(dollars) AS value, COUNT(*) AS n FROM averages
