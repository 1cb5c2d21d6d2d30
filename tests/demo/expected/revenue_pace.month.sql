-- The last day of each month against the same day of the month before: 30 April against 30 March, without the 31st.
WITH months AS (
  SELECT range::DATE AS period, (range + INTERVAL 1 MONTH)::DATE - 1 AS final, (final - INTERVAL 1 MONTH)::DATE AS earlier
  FROM RANGE(TIMESTAMP '2026-02-01', TIMESTAMP '2026-11-01', INTERVAL 1 MONTH)
),
gathered AS (
  SELECT period,
         (
           SELECT SUM(amount) FROM orders
           WHERE status = 'paid' AND ordered_at >= period AND ordered_at < final + 1
         ) AS present,
         (
           SELECT SUM(amount) FROM orders
           WHERE status = 'paid' AND ordered_at >= DATE_TRUNC('month', earlier) AND ordered_at < earlier + 1
         ) AS past
  FROM months
)
SELECT period, present / NULLIF(past, 0) - 1 AS value
FROM gathered
