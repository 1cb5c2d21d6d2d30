WITH bought AS (
  SELECT customers.customer_id, signed_up_at, COUNT(order_id) AS orders
  FROM customers
  LEFT JOIN orders
    ON orders.customer_id = customers.customer_id AND status = 'paid'
    AND ordered_at >= signed_up_at AND ordered_at < signed_up_at + INTERVAL 90 DAY
  WHERE signed_up_at + INTERVAL 90 DAY <= TIMESTAMP '2026-11-16 09:00'
  GROUP BY customers.customer_id, signed_up_at
)
SELECT DATE_TRUNC('week', signed_up_at)::DATE AS period, MEDIAN(orders) AS value, COUNT(*) AS n
FROM bought
GROUP BY period
