WITH paid AS (
  SELECT customers.customer_id, signed_up_at, plan, COALESCE(SUM(amount), 0) AS amount
  FROM customers
  LEFT JOIN orders
    ON orders.customer_id = customers.customer_id AND status = 'paid'
    AND ordered_at >= signed_up_at AND ordered_at < signed_up_at + INTERVAL 30 DAY
  WHERE signed_up_at + INTERVAL 30 DAY <= TIMESTAMP '2026-11-16 09:00'
  GROUP BY customers.customer_id, signed_up_at, plan
)
SELECT DATE_TRUNC('month', signed_up_at)::DATE AS period, plan, AVG(amount) AS value, COUNT(*) AS n
FROM paid
GROUP BY period, plan
