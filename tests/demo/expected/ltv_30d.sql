-- A customer who paid nothing counts with 0; customers whose 30 days are not over do not count.
WITH paid AS (
  SELECT customers.customer_id, COALESCE(SUM(amount), 0) AS amount
  FROM customers
  LEFT JOIN orders
    ON orders.customer_id = customers.customer_id AND status = 'paid'
    AND ordered_at >= signed_up_at AND ordered_at < signed_up_at + INTERVAL 30 DAY
  WHERE signed_up_at + INTERVAL 30 DAY <= TIMESTAMP '2026-11-16 09:00'
  GROUP BY customers.customer_id
)
SELECT AVG(amount) AS value, COUNT(*) AS n
FROM paid
