-- revenue: Revenue (EUR)
-- gift_share: Share of gifts (percent)
-- as of 2026-07-01 00:00
SELECT
  CAST(DATE_TRUNC('week', orders.ordered_at) AS DATE) AS period,
  regions.country,
  SUM(CASE WHEN orders.status = 'paid' THEN orders.amount END) AS revenue,
  CAST(COUNT(CASE WHEN orders.gift THEN orders.order_id END) AS DOUBLE PRECISION) / NULLIF(COUNT(orders.order_id), 0) AS gift_share,
  COUNT(CASE WHEN orders.gift THEN orders.order_id END) AS gift_share_numerator,
  COUNT(orders.order_id) AS gift_share_denominator
FROM orders
LEFT JOIN customers
  ON orders.customer_id = customers.customer_id
LEFT JOIN regions
  ON customers.region_id = regions.region_id
WHERE
  orders.ordered_at >= CAST('2026-01-01 00:00:00' AS TIMESTAMP)
  AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP)
GROUP BY
  CAST(DATE_TRUNC('week', orders.ordered_at) AS DATE),
  regions.country
ORDER BY
  period,
  country

-- cost_per_order: Cost of an order (EUR)
-- as of 2026-07-01 00:00
WITH cost_per_order_numerator AS (
  SELECT
    CAST(DATE_TRUNC('month', spent_on) AS DATE) AS period,
    channel,
    SUM(amount) AS cost_per_order_numerator
  FROM spend
  WHERE
    spent_on < CAST('2026-07-01' AS DATE)
  GROUP BY
    CAST(DATE_TRUNC('month', spent_on) AS DATE),
    channel
), cost_per_order_denominator AS (
  SELECT
    CAST(DATE_TRUNC('month', ordered_at) AS DATE) AS period,
    channel,
    COUNT(order_id) AS cost_per_order_denominator
  FROM orders
  WHERE
    ordered_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    CAST(DATE_TRUNC('month', ordered_at) AS DATE),
    channel
), cost_per_order_parts AS (
  SELECT
    period,
    channel,
    cost_per_order_numerator,
    CAST(NULL AS BIGINT) AS cost_per_order_denominator
  FROM cost_per_order_numerator
  UNION ALL
  SELECT
    period,
    channel,
    CAST(NULL AS DECIMAL) AS cost_per_order_numerator,
    cost_per_order_denominator
  FROM cost_per_order_denominator
)
SELECT
  period,
  channel,
  CAST(MAX(cost_per_order_numerator) AS DOUBLE PRECISION) / NULLIF(COALESCE(MAX(cost_per_order_denominator), 0), 0) AS cost_per_order,
  MAX(cost_per_order_numerator) AS cost_per_order_numerator,
  COALESCE(MAX(cost_per_order_denominator), 0) AS cost_per_order_denominator
FROM cost_per_order_parts
GROUP BY
  period,
  channel
ORDER BY
  period,
  channel

-- growth: Growth (percent)
-- as of 2026-07-01 00:00
WITH revenue AS (
  SELECT
    CAST(DATE_TRUNC('month', ordered_at) AS DATE) AS period,
    SUM(amount) AS revenue
  FROM orders
  WHERE
    status = 'paid' AND ordered_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    CAST(DATE_TRUNC('month', ordered_at) AS DATE)
), revenue_2 AS (
  SELECT
    CAST(DATE_TRUNC('month', ordered_at + INTERVAL '1 MONTH') AS DATE) AS period,
    SUM(amount) AS revenue
  FROM orders
  WHERE
    status = 'paid'
    AND ordered_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP)
    AND (
      ordered_at + INTERVAL '1 MONTH'
    ) < CAST('2026-07-01 00:00:00' AS TIMESTAMP)
  GROUP BY
    CAST(DATE_TRUNC('month', ordered_at + INTERVAL '1 MONTH') AS DATE)
), growth_parts AS (
  SELECT
    period,
    revenue,
    CAST(NULL AS DECIMAL) AS revenue_2
  FROM revenue
  UNION ALL
  SELECT
    period,
    CAST(NULL AS DECIMAL) AS revenue,
    revenue AS revenue_2
  FROM revenue_2
)
SELECT
  period,
  (
    CAST(MAX(revenue) AS DOUBLE PRECISION) / NULLIF(MAX(revenue_2), 0)
  ) - 1 AS growth
FROM growth_parts
GROUP BY
  period
ORDER BY
  period

-- revenue_28d: Revenue of 28 days
-- as of 2026-07-01 00:00
WITH rows AS (
  SELECT
    amount,
    ordered_at,
    status
  FROM orders
  WHERE
    status = 'paid' AND ordered_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP)
), first_unit AS (
  SELECT
    CAST(DATE_TRUNC('month', MIN(CAST(DATE_TRUNC('day', ordered_at) AS DATE))) AS DATE) AS first
  FROM rows
), days AS (
  SELECT
    CAST(GENERATE_SERIES(
      CAST((
        SELECT
          first
        FROM first_unit
      ) AS TIMESTAMP),
      CAST(CAST('2026-06-30' AS DATE) AS TIMESTAMP),
      INTERVAL '1 DAY'
    ) AS DATE) AS day
), periods AS (
  SELECT
    CAST(DATE_TRUNC('month', day) AS DATE) AS period,
    MAX(day) AS day
  FROM days
  GROUP BY
    CAST(DATE_TRUNC('month', day) AS DATE)
)
SELECT
  periods.period,
  SUM(rows.amount) AS revenue_28d
FROM periods
CROSS JOIN rows
WHERE
  CAST(DATE_TRUNC('day', rows.ordered_at) AS DATE) <= periods.day
  AND periods.day < CAST(CAST(DATE_TRUNC('day', rows.ordered_at) AS DATE) + INTERVAL '28 DAY' AS DATE)
GROUP BY
  periods.period
ORDER BY
  period

-- wait_p90: Wait
-- as of 2026-07-01 00:00
SELECT
  topic,
  PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY
    minutes) AS wait_p90,
  COUNT(minutes) AS wait_p90_n
FROM tickets
WHERE
  opened_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP)
GROUP BY
  topic
ORDER BY
  topic

-- helped_buyers: Buyers after help
-- as of 2026-07-01 00:00
WITH base AS (
  SELECT
    customer_id,
    opened_at,
    ticket_id
  FROM tickets
  WHERE
    opened_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP)
    AND (
      opened_at + INTERVAL '7 DAY'
    ) <= CAST('2026-07-01 00:00:00' AS TIMESTAMP)
), converted AS (
  SELECT
    base.ticket_id AS converted
  FROM base
  JOIN orders
    ON base.customer_id = orders.customer_id
  WHERE
    orders.ordered_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP)
    AND NOT orders.customer_id IS NULL
    AND orders.ordered_at >= base.opened_at
    AND orders.ordered_at < (
      base.opened_at + INTERVAL '7 DAY'
    )
  GROUP BY
    base.ticket_id
)
SELECT
  CAST(DATE_TRUNC('month', base.opened_at) AS DATE) AS period,
  CAST(COUNT(converted.converted) AS DOUBLE PRECISION) / NULLIF(COUNT(1), 0) AS helped_buyers,
  COUNT(converted.converted) AS helped_buyers_numerator,
  COUNT(1) AS helped_buyers_denominator
FROM base
LEFT JOIN converted
  ON base.ticket_id = converted.converted
GROUP BY
  CAST(DATE_TRUNC('month', base.opened_at) AS DATE)
ORDER BY
  period
