-- revenue: Revenue (EUR)
-- gift_share: Share of gifts (percent)
-- as of 2026-07-01 00:00
SELECT
  DATE(SUBSTR(orders.ordered_at, 1, 10), 'weekday 0', '-6 days') AS period,
  regions.country AS country,
  ROUND(SUM(CASE WHEN orders.status = 'paid' THEN orders.amount END), 9) AS revenue,
  CAST(COUNT(CASE WHEN orders.gift THEN orders.order_id END) AS REAL) / NULLIF(COUNT(orders.order_id), 0) AS gift_share,
  COUNT(CASE WHEN orders.gift THEN orders.order_id END) AS gift_share_numerator,
  COUNT(orders.order_id) AS gift_share_denominator
FROM orders
LEFT JOIN customers
  ON orders.customer_id = customers.customer_id
LEFT JOIN regions
  ON customers.region_id = regions.region_id
WHERE
  orders.ordered_at >= '2026-01-01 00:00:00'
  AND orders.ordered_at < '2026-07-01 00:00:00'
GROUP BY
  DATE(SUBSTR(orders.ordered_at, 1, 10), 'weekday 0', '-6 days'),
  regions.country
ORDER BY
  period NULLS LAST,
  country NULLS LAST

-- cost_per_order: Cost of an order (EUR)
-- as of 2026-07-01 00:00
WITH cost_per_order_numerator AS (
  SELECT
    SUBSTR(spend.spent_on, 1, 7) || '-01' AS period,
    spend.channel,
    ROUND(SUM(spend.amount), 9) AS cost_per_order_numerator
  FROM spend
  WHERE
    spend.spent_on < '2026-07-01'
  GROUP BY
    SUBSTR(spend.spent_on, 1, 7) || '-01',
    spend.channel
), cost_per_order_denominator AS (
  SELECT
    SUBSTR(orders.ordered_at, 1, 7) || '-01' AS period,
    orders.channel,
    COUNT(orders.order_id) AS cost_per_order_denominator
  FROM orders
  WHERE
    orders.ordered_at < '2026-07-01 00:00:00'
  GROUP BY
    SUBSTR(orders.ordered_at, 1, 7) || '-01',
    orders.channel
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
  CAST(MAX(cost_per_order_parts.cost_per_order_numerator) AS REAL) / NULLIF(COALESCE(MAX(cost_per_order_parts.cost_per_order_denominator), 0), 0) AS cost_per_order,
  MAX(cost_per_order_parts.cost_per_order_numerator) AS cost_per_order_numerator,
  COALESCE(MAX(cost_per_order_parts.cost_per_order_denominator), 0) AS cost_per_order_denominator
FROM cost_per_order_parts
GROUP BY
  cost_per_order_parts.period,
  cost_per_order_parts.channel
ORDER BY
  period NULLS LAST,
  channel NULLS LAST

-- growth: Growth (percent)
-- as of 2026-07-01 00:00
WITH revenue AS (
  SELECT
    SUBSTR(orders.ordered_at, 1, 7) || '-01' AS period,
    ROUND(SUM(orders.amount), 9) AS revenue
  FROM orders
  WHERE
    orders.status = 'paid' AND orders.ordered_at < '2026-07-01 00:00:00'
  GROUP BY
    SUBSTR(orders.ordered_at, 1, 7) || '-01'
), revenue_2 AS (
  SELECT
    SUBSTR(
      MIN(
        DATE(SUBSTR(orders.ordered_at, 1, 10), '+1 months'),
        DATE(SUBSTR(orders.ordered_at, 1, 10), 'start of month', '+2 months', '-1 days')
      ) || SUBSTR(orders.ordered_at, 11),
      1,
      7
    ) || '-01' AS period,
    ROUND(SUM(orders.amount), 9) AS revenue
  FROM orders
  WHERE
    orders.status = 'paid'
    AND orders.ordered_at < '2026-07-01 00:00:00'
    AND (
      MIN(
        DATE(SUBSTR(orders.ordered_at, 1, 10), '+1 months'),
        DATE(SUBSTR(orders.ordered_at, 1, 10), 'start of month', '+2 months', '-1 days')
      ) || SUBSTR(orders.ordered_at, 11)
    ) < '2026-07-01 00:00:00'
  GROUP BY
    SUBSTR(
      MIN(
        DATE(SUBSTR(orders.ordered_at, 1, 10), '+1 months'),
        DATE(SUBSTR(orders.ordered_at, 1, 10), 'start of month', '+2 months', '-1 days')
      ) || SUBSTR(orders.ordered_at, 11),
      1,
      7
    ) || '-01'
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
    CAST(MAX(growth_parts.revenue) AS REAL) / NULLIF(MAX(growth_parts.revenue_2), 0)
  ) - 1 AS growth
FROM growth_parts
GROUP BY
  growth_parts.period
ORDER BY
  period NULLS LAST

-- revenue_28d: Revenue of 28 days
-- as of 2026-07-01 00:00
WITH RECURSIVE rows AS (
  SELECT
    orders.amount,
    orders.ordered_at,
    orders.status
  FROM orders
  WHERE
    orders.status = 'paid' AND orders.ordered_at < '2026-07-01 00:00:00'
), first_unit AS (
  SELECT
    SUBSTR(MIN(SUBSTR(rows.ordered_at, 1, 10)), 1, 7) || '-01' AS first
  FROM rows
), steps AS (
  SELECT
    (
      SELECT
        first
      FROM first_unit
    ) AS "day"
  WHERE
    (
      SELECT
        first
      FROM first_unit
    ) <= '2026-06-30'
  UNION ALL
  SELECT
    DATE(steps."day", '+1 days')
  FROM steps
  WHERE
    DATE(steps."day", '+1 days') <= '2026-06-30'
), days AS (
  SELECT
    steps."day"
  FROM steps
), periods AS (
  SELECT
    SUBSTR(days.day, 1, 7) || '-01' AS period,
    MAX(days.day) AS day
  FROM days
  GROUP BY
    SUBSTR(days.day, 1, 7) || '-01'
)
SELECT
  periods.period AS period,
  ROUND(SUM(rows.amount), 9) AS revenue_28d
FROM periods
CROSS JOIN rows
WHERE
  SUBSTR(rows.ordered_at, 1, 10) <= periods.day
  AND periods.day < DATE(SUBSTR(rows.ordered_at, 1, 10), '+28 days')
GROUP BY
  periods.period
ORDER BY
  period NULLS LAST

-- wait_p90: Wait
-- as of 2026-07-01 00:00
WITH placed AS (
  SELECT
    tickets.topic,
    tickets.minutes,
    ROW_NUMBER() OVER (PARTITION BY tickets.topic ORDER BY tickets.minutes ASC NULLS LAST) AS place_1,
    COUNT(tickets.minutes) OVER (PARTITION BY tickets.topic) AS places_1
  FROM tickets
  WHERE
    tickets.opened_at < '2026-07-01 00:00:00'
)
SELECT
  placed.topic,
  MAX(
    CASE
      WHEN placed.place_1 = ROUND(FLOOR(ROUND(0.9 * (
        placed.places_1 - 1
      ), 9)) + 1, 9)
      THEN CAST(placed.minutes AS REAL)
    END
  ) + (
    MAX(
      CAST(ROUND(
        ROUND(0.9 * (
          placed.places_1 - 1
        ), 9) - FLOOR(ROUND(0.9 * (
          placed.places_1 - 1
        ), 9)),
        9
      ) AS REAL)
    ) * (
      MAX(
        CASE
          WHEN placed.place_1 = ROUND(CEIL(ROUND(0.9 * (
            placed.places_1 - 1
          ), 9)) + 1, 9)
          THEN CAST(placed.minutes AS REAL)
        END
      ) - MAX(
        CASE
          WHEN placed.place_1 = ROUND(FLOOR(ROUND(0.9 * (
            placed.places_1 - 1
          ), 9)) + 1, 9)
          THEN CAST(placed.minutes AS REAL)
        END
      )
    )
  ) AS wait_p90,
  COUNT(placed.minutes) AS wait_p90_n
FROM placed
GROUP BY
  placed.topic
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
    tickets.opened_at < '2026-07-01 00:00:00'
    AND (
      DATE(SUBSTR(tickets.opened_at, 1, 10), '+7 days') || SUBSTR(tickets.opened_at, 11)
    ) <= '2026-07-01 00:00:00'
), converted AS (
  SELECT
    base.ticket_id AS converted
  FROM base
  JOIN orders
    ON base.customer_id = orders.customer_id
  WHERE
    orders.ordered_at < '2026-07-01 00:00:00'
    AND NOT orders.customer_id IS NULL
    AND orders.ordered_at >= base.opened_at
    AND orders.ordered_at < (
      DATE(SUBSTR(base.opened_at, 1, 10), '+7 days') || SUBSTR(base.opened_at, 11)
    )
  GROUP BY
    base.ticket_id
)
SELECT
  SUBSTR(base.opened_at, 1, 7) || '-01' AS period,
  CAST(COUNT(converted.converted) AS REAL) / NULLIF(COUNT(1), 0) AS helped_buyers,
  COUNT(converted.converted) AS helped_buyers_numerator,
  COUNT(1) AS helped_buyers_denominator
FROM base
LEFT JOIN converted
  ON base.ticket_id = converted.converted
GROUP BY
  SUBSTR(base.opened_at, 1, 7) || '-01'
ORDER BY
  period NULLS LAST
