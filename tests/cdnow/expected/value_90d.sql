WITH firsts AS (
  SELECT customer_id, MIN(bought_on) AS first_on FROM purchases GROUP BY customer_id
),
spent AS (
  SELECT customer_id, first_on, SUM(dollars) AS dollars
  FROM firsts JOIN purchases USING (customer_id)
  WHERE bought_on < first_on + 90
  GROUP BY customer_id, first_on
)
SELECT AVG(dollars) AS value, COUNT(*) AS n FROM spent
