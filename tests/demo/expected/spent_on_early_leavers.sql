-- As many as left at once, each at what a customer cost on average since the beginning.
WITH gone AS (
  SELECT COUNT(*) AS customers
  FROM customers
  WHERE signed_up_at + INTERVAL 30 DAY <= TIMESTAMP '2026-11-16 09:00'
    AND NOT EXISTS (
      SELECT 1 FROM usage
      WHERE usage.customer_id = customers.customer_id
        AND occurred_at >= signed_up_at + INTERVAL 2 DAY AND occurred_at < signed_up_at + INTERVAL 30 DAY)
),
spent AS (SELECT SUM(amount) AS amount FROM spend WHERE spent_on < TIMESTAMP '2026-11-16 09:00'),
won AS (SELECT COUNT(*) AS customers FROM customers WHERE signed_up_at < TIMESTAMP '2026-11-16 09:00')
SELECT gone.customers * amount / won.customers AS value
FROM gone, spent, won
