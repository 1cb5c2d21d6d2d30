-- On 1997-05-01 all customers are 30 days old, and later purchases are not known yet.
WITH firsts AS (
  SELECT customer_id, MIN(bought_on) AS first_on FROM purchases GROUP BY customer_id
),
back AS (
  SELECT first_on, EXISTS (
    SELECT 1 FROM purchases
    WHERE purchases.customer_id = firsts.customer_id AND bought_on >= first_on + 30
      AND bought_on < DATE '1997-05-01'
  ) AS came
  FROM firsts
)
SELECT COUNT(*) FILTER (WHERE came) / COUNT(*) AS value,
       COUNT(*) FILTER (WHERE came) AS numerator, COUNT(*) AS denominator
FROM back WHERE first_on + 30 <= DATE '1997-05-01'
