WITH firsts AS (
  SELECT ordered_at, channel, EXISTS (
    SELECT 1 FROM orders AS next
    WHERE next.status = 'paid' AND next.customer_id = first.customer_id AND next.order_id <> first.order_id
      AND next.ordered_at >= first.ordered_at AND next.ordered_at < first.ordered_at + INTERVAL 45 DAY
  ) AS repeated
  FROM orders AS first
  LEFT JOIN customers USING (customer_id)
  LEFT JOIN leads USING (lead_id)
  LEFT JOIN visits USING (visit_id)
  WHERE status = 'paid' AND order_number = 1
    AND ordered_at + INTERVAL 45 DAY <= TIMESTAMP '2026-11-16 09:00'
)
SELECT DATE_TRUNC('month', ordered_at)::DATE AS period, channel,
       COUNT(*) FILTER (WHERE repeated) AS numerator, COUNT(*) AS denominator,
       numerator / denominator AS value
FROM firsts
GROUP BY period, channel
