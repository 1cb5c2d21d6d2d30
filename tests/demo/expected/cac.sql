-- No bonuses are 0, no other spend is unknown.
WITH spent AS (
  SELECT SUM(amount) FILTER (WHERE kind <> 'bonus') + COALESCE(SUM(amount) FILTER (WHERE kind = 'bonus'), 0) AS amount
  FROM spend
  WHERE spent_on < TIMESTAMP '2026-11-16 09:00'
),
won AS (
  SELECT COUNT(*) AS customers
  FROM customers
  WHERE signed_up_at < TIMESTAMP '2026-11-16 09:00'
)
SELECT amount / NULLIF(customers, 0) AS value
FROM spent, won
