WITH spent AS (
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
SELECT period, amount / customers AS value
FROM spent FULL JOIN won USING (period)
