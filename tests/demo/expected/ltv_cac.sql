-- LTV knows only the customers of 90 days ago and before, CAC all of them.
WITH paid AS (
  SELECT customers.customer_id, COALESCE(SUM(amount), 0) AS amount
  FROM customers
  LEFT JOIN orders
    ON orders.customer_id = customers.customer_id AND status = 'paid'
    AND ordered_at >= signed_up_at AND ordered_at < signed_up_at + INTERVAL 90 DAY
  WHERE signed_up_at + INTERVAL 90 DAY <= TIMESTAMP '2026-11-16 09:00'
  GROUP BY customers.customer_id
),
spent AS (
  SELECT SUM(amount) FILTER (WHERE kind <> 'bonus') + COALESCE(SUM(amount) FILTER (WHERE kind = 'bonus'), 0) AS amount
  FROM spend
  WHERE spent_on < TIMESTAMP '2026-11-16 09:00'
),
won AS (
  SELECT COUNT(*) AS customers
  FROM customers
  WHERE signed_up_at < TIMESTAMP '2026-11-16 09:00'
)
SELECT (SELECT AVG(amount) FROM paid) / NULLIF(spent.amount / NULLIF(customers, 0), 0) AS value
FROM spent, won
