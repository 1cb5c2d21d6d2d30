WITH paid AS (
  SELECT customers.customer_id, signed_up_at, channel, COALESCE(SUM(amount), 0) AS amount
  FROM customers
  LEFT JOIN leads USING (lead_id)
  LEFT JOIN visits USING (visit_id)
  LEFT JOIN orders
    ON orders.customer_id = customers.customer_id AND status = 'paid'
    AND ordered_at >= signed_up_at AND ordered_at < signed_up_at + INTERVAL 90 DAY
  WHERE signed_up_at + INTERVAL 90 DAY <= TIMESTAMP '2026-11-16 09:00'
  GROUP BY customers.customer_id, signed_up_at, channel
)
SELECT DATE_TRUNC('month', signed_up_at)::DATE AS period, channel, AVG(amount) AS value, COUNT(*) AS n
FROM paid
GROUP BY period, channel
