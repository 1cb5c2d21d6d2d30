-- As many as signed up in the week and left at once, each at what a customer of that week cost.
WITH gone AS (
  SELECT DATE_TRUNC('week', signed_up_at)::DATE AS period, COUNT(*) FILTER (NOT EXISTS (
      SELECT 1 FROM usage
      WHERE usage.customer_id = customers.customer_id
        AND occurred_at >= signed_up_at + INTERVAL 2 DAY AND occurred_at < signed_up_at + INTERVAL 30 DAY)) AS left_at_once
  FROM customers
  WHERE signed_up_at + INTERVAL 30 DAY <= TIMESTAMP '2026-11-16 09:00'
  GROUP BY period
),
won AS (SELECT DATE_TRUNC('week', signed_up_at)::DATE AS period, COUNT(*) AS won FROM customers GROUP BY period),
spent AS (SELECT DATE_TRUNC('week', spent_on)::DATE AS period, SUM(amount) AS amount FROM spend GROUP BY period)
SELECT period, left_at_once * amount / won AS value
FROM gone JOIN won USING (period) JOIN spent USING (period)
