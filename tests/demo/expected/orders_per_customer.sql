WITH bought AS (
  SELECT customers.customer_id, COUNT(order_id) AS orders
  FROM customers
  LEFT JOIN orders
    ON orders.customer_id = customers.customer_id AND status = 'paid'
    AND ordered_at >= signed_up_at AND ordered_at < signed_up_at + INTERVAL 90 DAY
  WHERE signed_up_at + INTERVAL 90 DAY <= TIMESTAMP '2026-11-16 09:00'
  GROUP BY customers.customer_id
)
SELECT MEDIAN(orders) AS value, COUNT(*) AS n
FROM bought
