-- revenue: Revenue (EUR)
-- gift_share: Share of gifts (percent)
-- as of 2026-07-01 00:00
SELECT
  CAST(DATE_SUB(CAST(orders.ordered_at AS DATE), INTERVAL (WEEKDAY(orders.ordered_at)) DAY) AS DATE) AS period,
  regions.country,
  SUM(
    CASE
      WHEN orders.status COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */ = 'paid'
      THEN orders.amount
    END
  ) AS revenue,
  CAST(COUNT(CASE WHEN orders.gift THEN orders.order_id END) AS DOUBLE) / NULLIF(COUNT(orders.order_id), 0) AS gift_share,
  COUNT(CASE WHEN orders.gift THEN orders.order_id END) AS gift_share_numerator,
  COUNT(orders.order_id) AS gift_share_denominator
FROM orders
LEFT JOIN customers
  ON orders.customer_id = customers.customer_id
LEFT JOIN regions
  ON customers.region_id = regions.region_id
WHERE
  orders.ordered_at >= CAST('2026-01-01 00:00:00' AS DATETIME(6))
  AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME(6))
GROUP BY
  CAST(DATE_SUB(CAST(orders.ordered_at AS DATE), INTERVAL (WEEKDAY(orders.ordered_at)) DAY) AS DATE),
  regions.country
ORDER BY
  CASE WHEN CAST(DATE_SUB(CAST(orders.ordered_at AS DATE), INTERVAL (WEEKDAY(orders.ordered_at)) DAY) AS DATE) IS NULL THEN 1 ELSE 0 END, CAST(DATE_SUB(CAST(orders.ordered_at AS DATE), INTERVAL (WEEKDAY(orders.ordered_at)) DAY) AS DATE),
  CASE WHEN regions.country IS NULL THEN 1 ELSE 0 END, regions.country

-- cost_per_order: Cost of an order (EUR)
-- as of 2026-07-01 00:00
WITH cost_per_order_numerator AS (
  SELECT
    CAST(DATE_SUB(CAST(spend.spent_on AS DATE), INTERVAL (DAYOFMONTH(spend.spent_on) - 1) DAY) AS DATE) AS period,
    spend.channel,
    SUM(spend.amount) AS cost_per_order_numerator
  FROM spend
  WHERE
    spend.spent_on < CAST('2026-07-01' AS DATE)
  GROUP BY
    CAST(DATE_SUB(CAST(spend.spent_on AS DATE), INTERVAL (DAYOFMONTH(spend.spent_on) - 1) DAY) AS DATE),
    spend.channel
), cost_per_order_denominator AS (
  SELECT
    CAST(DATE_SUB(CAST(orders.ordered_at AS DATE), INTERVAL (DAYOFMONTH(orders.ordered_at) - 1) DAY) AS DATE) AS period,
    orders.channel,
    COUNT(orders.order_id) AS cost_per_order_denominator
  FROM orders
  WHERE
    orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME(6))
  GROUP BY
    CAST(DATE_SUB(CAST(orders.ordered_at AS DATE), INTERVAL (DAYOFMONTH(orders.ordered_at) - 1) DAY) AS DATE),
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
  CAST(MAX(cost_per_order_parts.cost_per_order_numerator) AS DOUBLE) / NULLIF(COALESCE(MAX(cost_per_order_parts.cost_per_order_denominator), 0), 0) AS cost_per_order,
  MAX(cost_per_order_parts.cost_per_order_numerator) AS cost_per_order_numerator,
  COALESCE(MAX(cost_per_order_parts.cost_per_order_denominator), 0) AS cost_per_order_denominator
FROM cost_per_order_parts
GROUP BY
  cost_per_order_parts.period,
  cost_per_order_parts.channel
ORDER BY
  CASE WHEN cost_per_order_parts.period IS NULL THEN 1 ELSE 0 END, cost_per_order_parts.period,
  CASE WHEN cost_per_order_parts.channel IS NULL THEN 1 ELSE 0 END, cost_per_order_parts.channel

-- growth: Growth (percent)
-- as of 2026-07-01 00:00
WITH revenue AS (
  SELECT
    CAST(DATE_SUB(CAST(orders.ordered_at AS DATE), INTERVAL (DAYOFMONTH(orders.ordered_at) - 1) DAY) AS DATE) AS period,
    SUM(orders.amount) AS revenue
  FROM orders
  WHERE
    orders.status COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */ = 'paid'
    AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME(6))
  GROUP BY
    CAST(DATE_SUB(CAST(orders.ordered_at AS DATE), INTERVAL (DAYOFMONTH(orders.ordered_at) - 1) DAY) AS DATE)
), revenue_2 AS (
  SELECT
    CAST(DATE_SUB(
      CAST(orders.ordered_at + INTERVAL '1' MONTH AS DATE),
      INTERVAL (DAYOFMONTH(orders.ordered_at + INTERVAL '1' MONTH) - 1) DAY
    ) AS DATE) AS period,
    SUM(orders.amount) AS revenue
  FROM orders
  WHERE
    orders.status COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */ = 'paid'
    AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME(6))
    AND (
      orders.ordered_at + INTERVAL '1' MONTH
    ) < CAST('2026-07-01 00:00:00' AS DATETIME(6))
  GROUP BY
    CAST(DATE_SUB(
      CAST(orders.ordered_at + INTERVAL '1' MONTH AS DATE),
      INTERVAL (DAYOFMONTH(orders.ordered_at + INTERVAL '1' MONTH) - 1) DAY
    ) AS DATE)
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
    CAST(MAX(growth_parts.revenue) AS DOUBLE) / NULLIF(MAX(growth_parts.revenue_2), 0)
  ) - 1 AS growth
FROM growth_parts
GROUP BY
  growth_parts.period
ORDER BY
  CASE WHEN growth_parts.period IS NULL THEN 1 ELSE 0 END, growth_parts.period

-- revenue_28d: Revenue of 28 days
-- as of 2026-07-01 00:00
WITH RECURSIVE `rows` AS (
  SELECT
    orders.amount,
    orders.ordered_at,
    orders.status
  FROM orders
  WHERE
    orders.status COLLATE /*M! utf8mb4_nopad_bin */ /*!80017 utf8mb4_0900_bin */ = 'paid'
    AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME(6))
), first_unit AS (
  SELECT
    CAST(DATE_SUB(
      CAST(MIN(CAST(`rows`.ordered_at AS DATE)) AS DATE),
      INTERVAL (DAYOFMONTH(MIN(CAST(`rows`.ordered_at AS DATE))) - 1) DAY
    ) AS DATE) AS first
  FROM `rows`
), bounds AS (
  SELECT
    ends.first_one,
    ends.last_one,
    CAST(DATEDIFF(ends.last_one, ends.first_one) AS SIGNED) AS total
  FROM (
    SELECT
      CAST((
        SELECT
          first
        FROM first_unit
      ) AS DATE) AS first_one,
      CAST('2026-06-30' AS DATE) AS last_one
  ) AS ends
  WHERE
    ends.first_one <= ends.last_one
), grown AS (
  SELECT
    bounds.first_one,
    bounds.last_one,
    bounds.total,
    CAST(0 AS SIGNED) AS n,
    CAST(1 AS SIGNED) AS size
  FROM bounds
  UNION ALL
  SELECT
    grown.first_one,
    grown.last_one,
    grown.total,
    grown.n + grown.size * bits.bit,
    grown.size * 2
  FROM grown, (
    SELECT
      0 AS bit
    UNION ALL
    SELECT
      1 AS bit
  ) AS bits
  WHERE
    grown.size <= grown.total AND grown.n + grown.size * bits.bit <= grown.total
), days AS (
  SELECT
    CAST(DATE_ADD(numbers.first_one, INTERVAL numbers.n DAY) AS DATE) AS day
  FROM (
    SELECT
      grown.first_one,
      grown.last_one,
      grown.n
    FROM grown
    WHERE
      grown.size > grown.total
  ) AS numbers
), periods AS (
  SELECT
    CAST(DATE_SUB(CAST(days.day AS DATE), INTERVAL (DAYOFMONTH(days.day) - 1) DAY) AS DATE) AS period,
    MAX(days.day) AS day
  FROM days
  GROUP BY
    CAST(DATE_SUB(CAST(days.day AS DATE), INTERVAL (DAYOFMONTH(days.day) - 1) DAY) AS DATE)
)
SELECT
  periods.period,
  SUM(`rows`.amount) AS revenue_28d
FROM periods
CROSS JOIN `rows`
WHERE
  CAST(`rows`.ordered_at AS DATE) <= periods.day
  AND periods.day < CAST(CAST(`rows`.ordered_at AS DATE) + INTERVAL '28' DAY AS DATE)
GROUP BY
  periods.period
ORDER BY
  CASE WHEN periods.period IS NULL THEN 1 ELSE 0 END, periods.period

-- wait_p90: Wait
-- as of 2026-07-01 00:00
WITH placed AS (
  SELECT
    tickets.topic,
    tickets.minutes,
    ROW_NUMBER() OVER (
      PARTITION BY tickets.topic
      ORDER BY CASE WHEN tickets.minutes IS NULL THEN 1 ELSE 0 END, tickets.minutes ASC
    ) AS place_1,
    COUNT(tickets.minutes) OVER (PARTITION BY tickets.topic) AS places_1
  FROM tickets
  WHERE
    tickets.opened_at < CAST('2026-07-01 00:00:00' AS DATETIME(6))
)
SELECT
  placed.topic,
  MAX(
    CASE
      WHEN placed.place_1 = (
        FLOOR(0.9 * (
          placed.places_1 - 1
        )) + 1
      )
      THEN CAST(placed.minutes AS DOUBLE)
    END
  ) + (
    MAX(
      CAST((
        0.9 * (
          placed.places_1 - 1
        )
      ) - FLOOR(0.9 * (
        placed.places_1 - 1
      )) AS DOUBLE)
    ) * (
      MAX(
        CASE
          WHEN placed.place_1 = (
            CEIL(0.9 * (
              placed.places_1 - 1
            )) + 1
          )
          THEN CAST(placed.minutes AS DOUBLE)
        END
      ) - MAX(
        CASE
          WHEN placed.place_1 = (
            FLOOR(0.9 * (
              placed.places_1 - 1
            )) + 1
          )
          THEN CAST(placed.minutes AS DOUBLE)
        END
      )
    )
  ) AS wait_p90,
  COUNT(placed.minutes) AS wait_p90_n
FROM placed
GROUP BY
  placed.topic
ORDER BY
  CASE WHEN placed.topic IS NULL THEN 1 ELSE 0 END, placed.topic

-- helped_buyers: Buyers after help
-- as of 2026-07-01 00:00
WITH base AS (
  SELECT
    tickets.customer_id,
    tickets.opened_at,
    tickets.ticket_id
  FROM tickets
  WHERE
    tickets.opened_at < CAST('2026-07-01 00:00:00' AS DATETIME(6))
    AND (
      tickets.opened_at + INTERVAL '7' DAY
    ) <= CAST('2026-07-01 00:00:00' AS DATETIME(6))
), converted AS (
  SELECT
    base.ticket_id AS converted
  FROM base
  JOIN orders
    ON base.customer_id = orders.customer_id
  WHERE
    orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME(6))
    AND NOT orders.customer_id IS NULL
    AND orders.ordered_at >= base.opened_at
    AND orders.ordered_at < (
      base.opened_at + INTERVAL '7' DAY
    )
  GROUP BY
    base.ticket_id
)
SELECT
  CAST(DATE_SUB(CAST(base.opened_at AS DATE), INTERVAL (DAYOFMONTH(base.opened_at) - 1) DAY) AS DATE) AS period,
  CAST(COUNT(converted.converted) AS DOUBLE) / NULLIF(COUNT(1), 0) AS helped_buyers,
  COUNT(converted.converted) AS helped_buyers_numerator,
  COUNT(1) AS helped_buyers_denominator
FROM base
LEFT JOIN converted
  ON base.ticket_id = converted.converted
GROUP BY
  CAST(DATE_SUB(CAST(base.opened_at AS DATE), INTERVAL (DAYOFMONTH(base.opened_at) - 1) DAY) AS DATE)
ORDER BY
  CASE WHEN CAST(DATE_SUB(CAST(base.opened_at AS DATE), INTERVAL (DAYOFMONTH(base.opened_at) - 1) DAY) AS DATE) IS NULL THEN 1 ELSE 0 END, CAST(DATE_SUB(CAST(base.opened_at AS DATE), INTERVAL (DAYOFMONTH(base.opened_at) - 1) DAY) AS DATE)
