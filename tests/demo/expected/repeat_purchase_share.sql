-- First purchases whose 45 days are over.
WITH firsts AS (
  SELECT ordered_at, EXISTS (
    SELECT 1 FROM orders AS next
    WHERE next.status = 'paid' AND next.customer_id = first.customer_id AND next.order_id <> first.order_id
      AND next.ordered_at >= first.ordered_at AND next.ordered_at < first.ordered_at + INTERVAL 45 DAY
  ) AS repeated
  FROM orders AS first
  WHERE status = 'paid' AND order_number = 1
    AND ordered_at + INTERVAL 45 DAY <= TIMESTAMP '2026-11-16 09:00'
)
SELECT COUNT(*) FILTER (WHERE repeated) AS numerator, COUNT(*) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM firsts
