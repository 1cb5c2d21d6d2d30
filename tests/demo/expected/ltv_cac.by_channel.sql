WITH origins AS (
  SELECT customer_id, signed_up_at, channel
  FROM customers
  LEFT JOIN leads USING (lead_id)
  LEFT JOIN visits USING (visit_id)
),
paid AS (
  SELECT origins.customer_id, signed_up_at, channel, COALESCE(SUM(amount), 0) AS amount
  FROM origins
  LEFT JOIN orders
    ON orders.customer_id = origins.customer_id AND status = 'paid'
    AND ordered_at >= signed_up_at AND ordered_at < signed_up_at + INTERVAL 90 DAY
  WHERE signed_up_at + INTERVAL 90 DAY <= TIMESTAMP '2026-11-16 09:00'
  GROUP BY origins.customer_id, signed_up_at, channel
),
worth AS (
  SELECT DATE_TRUNC('month', signed_up_at)::DATE AS period, channel, AVG(amount) AS ltv
  FROM paid
  GROUP BY period, channel
),
spent AS (
  SELECT DATE_TRUNC('month', spent_on)::DATE AS period, channel,
         SUM(amount) FILTER (WHERE kind <> 'bonus') + COALESCE(SUM(amount) FILTER (WHERE kind = 'bonus'), 0) AS amount
  FROM spend
  WHERE spent_on < DATE '2026-11-01'
  GROUP BY period, channel
),
won AS (
  SELECT DATE_TRUNC('month', signed_up_at)::DATE AS period, channel, COUNT(*) AS customers
  FROM origins
  WHERE signed_up_at < TIMESTAMP '2026-11-01'
  GROUP BY period, channel
)
-- Whatever lacks one of the three is unknown.
SELECT worth.period, worth.channel, ltv / NULLIF(amount / customers, 0) AS value
FROM worth
JOIN spent ON worth.period = spent.period AND worth.channel IS NOT DISTINCT FROM spent.channel
JOIN won ON worth.period = won.period AND worth.channel IS NOT DISTINCT FROM won.channel
