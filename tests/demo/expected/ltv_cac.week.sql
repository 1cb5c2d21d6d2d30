WITH paid AS (
  SELECT customers.customer_id, signed_up_at, COALESCE(SUM(amount), 0) AS amount
  FROM customers
  LEFT JOIN orders
    ON orders.customer_id = customers.customer_id AND status = 'paid'
    AND ordered_at >= signed_up_at AND ordered_at < signed_up_at + INTERVAL 90 DAY
  WHERE signed_up_at + INTERVAL 90 DAY <= TIMESTAMP '2026-11-16 09:00'
  GROUP BY customers.customer_id, signed_up_at
),
worth AS (
  SELECT DATE_TRUNC('week', signed_up_at)::DATE AS period, AVG(amount) AS ltv
  FROM paid
  GROUP BY period
),
spent AS (
  SELECT DATE_TRUNC('week', spent_on)::DATE AS period,
         SUM(amount) FILTER (WHERE kind <> 'bonus') + COALESCE(SUM(amount) FILTER (WHERE kind = 'bonus'), 0) AS amount
  FROM spend
  WHERE spent_on < DATE '2026-11-16'
  GROUP BY period
),
won AS (
  SELECT DATE_TRUNC('week', signed_up_at)::DATE AS period, COUNT(*) AS customers
  FROM customers
  WHERE signed_up_at < TIMESTAMP '2026-11-16'
  GROUP BY period
)
SELECT period, ltv / NULLIF(amount / customers, 0) AS value
FROM worth FULL JOIN spent USING (period) FULL JOIN won USING (period)
