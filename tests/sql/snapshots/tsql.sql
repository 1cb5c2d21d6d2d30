-- revenue: Revenue (EUR)
-- gift_share: Share of gifts (percent)
-- as of 2026-07-01 00:00
SELECT
  CAST(DATEADD(
    DAY,
    -(
      DATEDIFF(DAY, CAST('0001-01-01' AS DATE), orders.ordered_at) % 7
    ),
    CAST(orders.ordered_at AS DATE)
  ) AS DATE) AS period,
  regions.country,
  SUM(CASE WHEN orders.status = 'paid' THEN orders.amount END) AS revenue,
  CAST(COUNT(CASE WHEN orders.gift = 1 THEN orders.order_id END) AS FLOAT) / NULLIF(COUNT(orders.order_id), 0) AS gift_share,
  COUNT(CASE WHEN orders.gift = 1 THEN orders.order_id END) AS gift_share_numerator,
  COUNT(orders.order_id) AS gift_share_denominator
FROM orders
LEFT JOIN customers
  ON orders.customer_id = customers.customer_id
LEFT JOIN regions
  ON customers.region_id = regions.region_id
WHERE
  orders.ordered_at >= CAST('2026-01-01 00:00:00' AS DATETIME2(6))
  AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME2(6))
GROUP BY
  CAST(DATEADD(
    DAY,
    -(
      DATEDIFF(DAY, CAST('0001-01-01' AS DATE), orders.ordered_at) % 7
    ),
    CAST(orders.ordered_at AS DATE)
  ) AS DATE),
  regions.country
ORDER BY
  CASE WHEN CAST(DATEADD(
    DAY,
    -(
      DATEDIFF(DAY, CAST('0001-01-01' AS DATE), orders.ordered_at) % 7
    ),
    CAST(orders.ordered_at AS DATE)
  ) AS DATE) IS NULL THEN 1 ELSE 0 END, CAST(DATEADD(
    DAY,
    -(
      DATEDIFF(DAY, CAST('0001-01-01' AS DATE), orders.ordered_at) % 7
    ),
    CAST(orders.ordered_at AS DATE)
  ) AS DATE),
  CASE WHEN regions.country IS NULL THEN 1 ELSE 0 END, regions.country

-- cost_per_order: Cost of an order (EUR)
-- as of 2026-07-01 00:00
WITH cost_per_order_numerator AS (
  SELECT
    CAST(DATEFROMPARTS(YEAR(spend.spent_on), MONTH(spend.spent_on), 1) AS DATE) AS period,
    spend.channel AS channel,
    SUM(spend.amount) AS cost_per_order_numerator
  FROM spend
  WHERE
    spend.spent_on < CAST('2026-07-01' AS DATE)
  GROUP BY
    CAST(DATEFROMPARTS(YEAR(spend.spent_on), MONTH(spend.spent_on), 1) AS DATE),
    spend.channel
), cost_per_order_denominator AS (
  SELECT
    CAST(DATEFROMPARTS(YEAR(orders.ordered_at), MONTH(orders.ordered_at), 1) AS DATE) AS period,
    orders.channel AS channel,
    COUNT(orders.order_id) AS cost_per_order_denominator
  FROM orders
  WHERE
    orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME2(6))
  GROUP BY
    CAST(DATEFROMPARTS(YEAR(orders.ordered_at), MONTH(orders.ordered_at), 1) AS DATE),
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
  CAST(MAX(cost_per_order_parts.cost_per_order_numerator) AS FLOAT) / NULLIF(COALESCE(MAX(cost_per_order_parts.cost_per_order_denominator), 0), 0) AS cost_per_order,
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
    CAST(DATEFROMPARTS(YEAR(orders.ordered_at), MONTH(orders.ordered_at), 1) AS DATE) AS period,
    SUM(orders.amount) AS revenue
  FROM orders
  WHERE
    orders.status = 'paid'
    AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME2(6))
  GROUP BY
    CAST(DATEFROMPARTS(YEAR(orders.ordered_at), MONTH(orders.ordered_at), 1) AS DATE)
), revenue_2 AS (
  SELECT
    CAST(DATEFROMPARTS(
      YEAR(DATEADD(MONTH, 1, orders.ordered_at)),
      MONTH(DATEADD(MONTH, 1, orders.ordered_at)),
      1
    ) AS DATE) AS period,
    SUM(orders.amount) AS revenue
  FROM orders
  WHERE
    orders.status = 'paid'
    AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME2(6))
    AND DATEADD(MONTH, 1, orders.ordered_at) < CAST('2026-07-01 00:00:00' AS DATETIME2(6))
  GROUP BY
    CAST(DATEFROMPARTS(
      YEAR(DATEADD(MONTH, 1, orders.ordered_at)),
      MONTH(DATEADD(MONTH, 1, orders.ordered_at)),
      1
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
    CAST(MAX(growth_parts.revenue) AS FLOAT) / NULLIF(MAX(growth_parts.revenue_2), 0)
  ) - 1 AS growth
FROM growth_parts
GROUP BY
  growth_parts.period
ORDER BY
  CASE WHEN growth_parts.period IS NULL THEN 1 ELSE 0 END, growth_parts.period

-- revenue_28d: Revenue of 28 days
-- as of 2026-07-01 00:00
WITH rows AS (
  SELECT
    orders.amount AS amount,
    orders.ordered_at AS ordered_at,
    orders.status AS status
  FROM orders
  WHERE
    orders.status = 'paid'
    AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME2(6))
), first_unit AS (
  SELECT
    CAST(DATEFROMPARTS(
      YEAR(MIN(CAST(rows.ordered_at AS DATE))),
      MONTH(MIN(CAST(rows.ordered_at AS DATE))),
      1
    ) AS DATE) AS first
  FROM rows
), days AS (
  SELECT
    CAST(DATEADD(DAY, numbers.n, numbers.first_one) AS DATE) AS day
  FROM (
    SELECT
      bounds.first_one AS first_one,
      bounds.last_one AS last_one,
      (
        (
          (
            (
              (
                CAST(d7.digit AS BIGINT) * 10 + d6.digit
              ) * 10 + d5.digit
            ) * 10 + d4.digit
          ) * 10 + d3.digit
        ) * 10 + d2.digit
      ) * 10 + d1.digit AS n
    FROM (
      SELECT
        ends.first_one AS first_one,
        ends.last_one AS last_one,
        CAST(DATEDIFF(DAY, ends.first_one, ends.last_one) AS BIGINT) AS total
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
    ) AS bounds
    JOIN (VALUES
      (0),
      (1),
      (2),
      (3),
      (4),
      (5),
      (6),
      (7),
      (8),
      (9)) AS d7(digit)
      ON CAST(d7.digit AS BIGINT) * 1000000 <= bounds.total
    JOIN (VALUES
      (0),
      (1),
      (2),
      (3),
      (4),
      (5),
      (6),
      (7),
      (8),
      (9)) AS d6(digit)
      ON (
        CAST(d7.digit AS BIGINT) * 10 + d6.digit
      ) * 100000 <= bounds.total
    JOIN (VALUES
      (0),
      (1),
      (2),
      (3),
      (4),
      (5),
      (6),
      (7),
      (8),
      (9)) AS d5(digit)
      ON (
        (
          CAST(d7.digit AS BIGINT) * 10 + d6.digit
        ) * 10 + d5.digit
      ) * 10000 <= bounds.total
    JOIN (VALUES
      (0),
      (1),
      (2),
      (3),
      (4),
      (5),
      (6),
      (7),
      (8),
      (9)) AS d4(digit)
      ON (
        (
          (
            CAST(d7.digit AS BIGINT) * 10 + d6.digit
          ) * 10 + d5.digit
        ) * 10 + d4.digit
      ) * 1000 <= bounds.total
    JOIN (VALUES
      (0),
      (1),
      (2),
      (3),
      (4),
      (5),
      (6),
      (7),
      (8),
      (9)) AS d3(digit)
      ON (
        (
          (
            (
              CAST(d7.digit AS BIGINT) * 10 + d6.digit
            ) * 10 + d5.digit
          ) * 10 + d4.digit
        ) * 10 + d3.digit
      ) * 100 <= bounds.total
    JOIN (VALUES
      (0),
      (1),
      (2),
      (3),
      (4),
      (5),
      (6),
      (7),
      (8),
      (9)) AS d2(digit)
      ON (
        (
          (
            (
              (
                CAST(d7.digit AS BIGINT) * 10 + d6.digit
              ) * 10 + d5.digit
            ) * 10 + d4.digit
          ) * 10 + d3.digit
        ) * 10 + d2.digit
      ) * 10 <= bounds.total
    JOIN (VALUES
      (0),
      (1),
      (2),
      (3),
      (4),
      (5),
      (6),
      (7),
      (8),
      (9)) AS d1(digit)
      ON (
        (
          (
            (
              (
                CAST(d7.digit AS BIGINT) * 10 + d6.digit
              ) * 10 + d5.digit
            ) * 10 + d4.digit
          ) * 10 + d3.digit
        ) * 10 + d2.digit
      ) * 10 + d1.digit <= bounds.total
  ) AS numbers
), periods AS (
  SELECT
    CAST(DATEFROMPARTS(YEAR(days.day), MONTH(days.day), 1) AS DATE) AS period,
    MAX(days.day) AS day
  FROM days
  GROUP BY
    CAST(DATEFROMPARTS(YEAR(days.day), MONTH(days.day), 1) AS DATE)
)
SELECT
  periods.period,
  SUM(rows.amount) AS revenue_28d
FROM periods
CROSS JOIN rows
WHERE
  CAST(rows.ordered_at AS DATE) <= periods.day
  AND periods.day < DATEADD(DAY, 28, CAST(rows.ordered_at AS DATE))
GROUP BY
  periods.period
ORDER BY
  CASE WHEN periods.period IS NULL THEN 1 ELSE 0 END, periods.period

-- wait_p90: Wait
-- as of 2026-07-01 00:00
WITH placed AS (
  SELECT
    tickets.topic AS topic,
    tickets.minutes AS minutes,
    ROW_NUMBER() OVER (
      PARTITION BY tickets.topic
      ORDER BY CASE WHEN tickets.minutes IS NULL THEN 1 ELSE 0 END, tickets.minutes ASC
    ) AS place_1,
    COUNT(tickets.minutes) OVER (PARTITION BY tickets.topic) AS places_1
  FROM tickets
  WHERE
    tickets.opened_at < CAST('2026-07-01 00:00:00' AS DATETIME2(6))
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
      THEN CAST(placed.minutes AS FLOAT)
    END
  ) + (
    MAX(
      CAST((
        0.9 * (
          placed.places_1 - 1
        )
      ) - FLOOR(0.9 * (
        placed.places_1 - 1
      )) AS FLOAT)
    ) * (
      MAX(
        CASE
          WHEN placed.place_1 = (
            CEILING(0.9 * (
              placed.places_1 - 1
            )) + 1
          )
          THEN CAST(placed.minutes AS FLOAT)
        END
      ) - MAX(
        CASE
          WHEN placed.place_1 = (
            FLOOR(0.9 * (
              placed.places_1 - 1
            )) + 1
          )
          THEN CAST(placed.minutes AS FLOAT)
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
    tickets.customer_id AS customer_id,
    tickets.opened_at AS opened_at,
    tickets.ticket_id AS ticket_id
  FROM tickets
  WHERE
    tickets.opened_at < CAST('2026-07-01 00:00:00' AS DATETIME2(6))
    AND DATEADD(DAY, 7, tickets.opened_at) <= CAST('2026-07-01 00:00:00' AS DATETIME2(6))
), converted AS (
  SELECT
    base.ticket_id AS converted
  FROM base
  JOIN orders
    ON base.customer_id = orders.customer_id
  WHERE
    orders.ordered_at < CAST('2026-07-01 00:00:00' AS DATETIME2(6))
    AND NOT orders.customer_id IS NULL
    AND orders.ordered_at >= base.opened_at
    AND orders.ordered_at < DATEADD(DAY, 7, base.opened_at)
  GROUP BY
    base.ticket_id
)
SELECT
  CAST(DATEFROMPARTS(YEAR(base.opened_at), MONTH(base.opened_at), 1) AS DATE) AS period,
  CAST(COUNT(converted.converted) AS FLOAT) / NULLIF(COUNT(1), 0) AS helped_buyers,
  COUNT(converted.converted) AS helped_buyers_numerator,
  COUNT(1) AS helped_buyers_denominator
FROM base
LEFT JOIN converted
  ON base.ticket_id = converted.converted
GROUP BY
  CAST(DATEFROMPARTS(YEAR(base.opened_at), MONTH(base.opened_at), 1) AS DATE)
ORDER BY
  CASE WHEN CAST(DATEFROMPARTS(YEAR(base.opened_at), MONTH(base.opened_at), 1) AS DATE) IS NULL THEN 1 ELSE 0 END, CAST(DATEFROMPARTS(YEAR(base.opened_at), MONTH(base.opened_at), 1) AS DATE)
