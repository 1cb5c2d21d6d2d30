WITH firsts AS (
  SELECT customer_id, MIN(bought_on) AS first_on FROM purchases GROUP BY customer_id
),
back AS (
  SELECT first_on, EXISTS (
    SELECT 1 FROM purchases
    WHERE purchases.customer_id = firsts.customer_id AND bought_on >= first_on + 30
  ) AS came
  FROM firsts
)
SELECT DATE_TRUNC('month', first_on) AS month,
       COUNT(*) FILTER (WHERE came) / COUNT(*) AS value,
       COUNT(*) FILTER (WHERE came) AS numerator, COUNT(*) AS denominator
FROM back GROUP BY month
