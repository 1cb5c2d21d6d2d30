-- revenue: Revenue (EUR)
-- gift_share: Share of gifts (percent)
-- as of 2026-07-01 00:00
SELECT
  CAST(DATETIME_TRUNC(orders.ordered_at, ISOWEEK) AS DATE) AS period,
  regions.country,
  SUM(CASE WHEN orders.status = 'paid' THEN orders.amount END) AS revenue,
  CAST(COUNT(CASE WHEN orders.gift THEN orders.order_id END) AS FLOAT64) / NULLIF(COUNT(orders.order_id), 0) AS gift_share,
  COUNT(CASE WHEN orders.gift THEN orders.order_id END) AS gift_share_numerator,
  COUNT(orders.order_id) AS gift_share_denominator
FROM orders
LEFT JOIN customers
  ON orders.customer_id = customers.customer_id
LEFT JOIN regions
  ON customers.region_id = regions.region_id
WHERE
  orders.ordered_at >= CAST('2026-01-01 00:00:00' AS DATETIME)
  AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME)
GROUP BY
  1,
  2
ORDER BY
  period NULLS LAST,
  country NULLS LAST

-- cost_per_order: Cost of an order (EUR)
-- as of 2026-07-01 00:00
WITH cost_per_order_numerator AS (
  SELECT
    DATE_TRUNC(spend.spent_on, MONTH) AS period,
    spend.channel,
    SUM(spend.amount) AS cost_per_order_numerator
  FROM spend
  WHERE
    spend.spent_on < CAST('2026-07-01' AS DATE)
  GROUP BY
    1,
    2
), cost_per_order_denominator AS (
  SELECT
    CAST(DATETIME_TRUNC(orders.ordered_at, MONTH) AS DATE) AS period,
    orders.channel,
    COUNT(orders.order_id) AS cost_per_order_denominator
  FROM orders
  WHERE
    orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME)
  GROUP BY
    1,
    2
), cost_per_order_parts AS (
  SELECT
    cost_per_order_numerator.period,
    cost_per_order_numerator.channel,
    cost_per_order_numerator.cost_per_order_numerator,
    NULL AS cost_per_order_denominator
  FROM cost_per_order_numerator
  UNION ALL
  SELECT
    cost_per_order_denominator.period,
    cost_per_order_denominator.channel,
    NULL AS cost_per_order_numerator,
    cost_per_order_denominator.cost_per_order_denominator
  FROM cost_per_order_denominator
)
SELECT
  cost_per_order_parts.period,
  cost_per_order_parts.channel,
  CAST(MAX(cost_per_order_parts.cost_per_order_numerator) AS FLOAT64) / NULLIF(COALESCE(MAX(cost_per_order_parts.cost_per_order_denominator), 0), 0) AS cost_per_order,
  MAX(cost_per_order_parts.cost_per_order_numerator) AS cost_per_order_numerator,
  COALESCE(MAX(cost_per_order_parts.cost_per_order_denominator), 0) AS cost_per_order_denominator
FROM cost_per_order_parts
GROUP BY
  1,
  2
ORDER BY
  period NULLS LAST,
  channel NULLS LAST

-- growth: Growth (percent)
-- as of 2026-07-01 00:00
WITH revenue AS (
  SELECT
    CAST(DATETIME_TRUNC(orders.ordered_at, MONTH) AS DATE) AS period,
    SUM(orders.amount) AS revenue
  FROM orders
  WHERE
    orders.status = 'paid'
    AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME)
  GROUP BY
    1
), revenue_2 AS (
  SELECT
    CAST(DATETIME_TRUNC(DATETIME_ADD(orders.ordered_at, INTERVAL 1 MONTH), MONTH) AS DATE) AS period,
    SUM(orders.amount) AS revenue
  FROM orders
  WHERE
    orders.status = 'paid'
    AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME)
    AND DATETIME_ADD(orders.ordered_at, INTERVAL 1 MONTH) < CAST('2026-07-01 00:00:00' AS DATETIME)
  GROUP BY
    1
), growth_parts AS (
  SELECT
    revenue.period,
    revenue.revenue,
    NULL AS revenue_2
  FROM revenue
  UNION ALL
  SELECT
    revenue_2.period,
    NULL AS revenue,
    revenue_2.revenue AS revenue_2
  FROM revenue_2
)
SELECT
  growth_parts.period,
  (
    CAST(MAX(growth_parts.revenue) AS FLOAT64) / NULLIF(MAX(growth_parts.revenue_2), 0)
  ) - 1 AS growth
FROM growth_parts
GROUP BY
  1
ORDER BY
  period NULLS LAST

-- revenue_28d: Revenue of 28 days
-- as of 2026-07-01 00:00
WITH `rows` AS (
  SELECT
    orders.amount,
    orders.ordered_at,
    orders.status
  FROM orders
  WHERE
    orders.status = 'paid'
    AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME)
), first_unit AS (
  SELECT
    DATE_TRUNC(MIN(CAST(DATETIME_TRUNC(`rows`.ordered_at, DAY) AS DATE)), MONTH) AS first
  FROM `rows`
), days AS (
  SELECT
    item AS day
  FROM UNNEST(GENERATE_DATE_ARRAY(
    CAST((
      SELECT
        first
      FROM first_unit
    ) AS DATE),
    CAST('2026-06-30' AS DATE),
    INTERVAL 1 DAY
  )) AS item
), periods AS (
  SELECT
    DATE_TRUNC(days.day, MONTH) AS period,
    MAX(days.day) AS day
  FROM days
  GROUP BY
    1
)
SELECT
  periods.period,
  SUM(`rows`.amount) AS revenue_28d
FROM periods
CROSS JOIN `rows`
WHERE
  CAST(DATETIME_TRUNC(`rows`.ordered_at, DAY) AS DATE) <= periods.day
  AND periods.day < DATE_ADD(CAST(DATETIME_TRUNC(`rows`.ordered_at, DAY) AS DATE), INTERVAL 28 DAY)
GROUP BY
  1
ORDER BY
  period NULLS LAST

-- wait_p90: Wait
-- as of 2026-07-01 00:00
SELECT
  tickets.topic,
  (
    CAST(ARRAY_AGG(tickets.minutes IGNORE NULLS ORDER BY tickets.minutes)[SAFE_OFFSET(CAST(FLOOR(0.9 * (
      COUNT(tickets.minutes) - 1
    )) AS INT64))] AS FLOAT64) + (
      0.9 * (
        COUNT(tickets.minutes) - 1
      ) - FLOOR(0.9 * (
        COUNT(tickets.minutes) - 1
      ))
    ) * (
      CAST(ARRAY_AGG(tickets.minutes IGNORE NULLS ORDER BY tickets.minutes)[SAFE_OFFSET(CAST(CEIL(0.9 * (
        COUNT(tickets.minutes) - 1
      )) AS INT64))] AS FLOAT64) - CAST(ARRAY_AGG(tickets.minutes IGNORE NULLS ORDER BY tickets.minutes)[SAFE_OFFSET(CAST(FLOOR(0.9 * (
        COUNT(tickets.minutes) - 1
      )) AS INT64))] AS FLOAT64)
    )
  ) AS wait_p90,
  COUNT(tickets.minutes) AS wait_p90_n
FROM tickets
WHERE
  tickets.opened_at < CAST('2026-07-01 00:00:00' AS DATETIME)
GROUP BY
  1
ORDER BY
  topic NULLS LAST

-- helped_buyers: Buyers after help
-- as of 2026-07-01 00:00
WITH base AS (
  SELECT
    tickets.customer_id,
    tickets.opened_at,
    tickets.ticket_id
  FROM tickets
  WHERE
    tickets.opened_at < CAST('2026-07-01 00:00:00' AS DATETIME)
    AND DATETIME_ADD(tickets.opened_at, INTERVAL 7 DAY) <= CAST('2026-07-01 00:00:00' AS DATETIME)
), converted AS (
  SELECT
    base.ticket_id AS converted
  FROM base
  JOIN orders
    ON base.customer_id = orders.customer_id
  WHERE
    orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME)
    AND NOT orders.customer_id IS NULL
    AND orders.ordered_at >= base.opened_at
    AND orders.ordered_at < DATETIME_ADD(base.opened_at, INTERVAL 7 DAY)
  GROUP BY
    1
)
SELECT
  CAST(DATETIME_TRUNC(base.opened_at, MONTH) AS DATE) AS period,
  CAST(COUNT(converted.converted) AS FLOAT64) / NULLIF(COUNT(1), 0) AS helped_buyers,
  COUNT(converted.converted) AS helped_buyers_numerator,
  COUNT(1) AS helped_buyers_denominator
FROM base
LEFT JOIN converted
  ON base.ticket_id = converted.converted
GROUP BY
  1
ORDER BY
  period NULLS LAST
