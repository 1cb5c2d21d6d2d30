WITH present AS (
  SELECT DATE_TRUNC('month', ordered_at)::DATE AS period, channel, SUM(amount) AS amount
  FROM orders
  LEFT JOIN customers USING (customer_id)
  LEFT JOIN leads USING (lead_id)
  LEFT JOIN visits USING (visit_id)
  WHERE status = 'paid' AND ordered_at < TIMESTAMP '2026-11-01'
  GROUP BY period, channel
)
SELECT present.period, present.channel, present.amount / NULLIF(past.amount, 0) - 1 AS value
FROM present
JOIN present AS past
  ON past.period + INTERVAL 1 MONTH = present.period AND past.channel IS NOT DISTINCT FROM present.channel
