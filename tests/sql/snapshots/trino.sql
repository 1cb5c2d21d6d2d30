-- revenue: Revenue (EUR)
-- gift_share: Share of gifts (percent)
-- as of 2026-07-01 00:00
SELECT
  CAST(DATE_TRUNC('week', orders.ordered_at) AS DATE) AS period,
  regions.country,
  SUM(CASE WHEN orders.status = 'paid' THEN orders.amount END) AS revenue,
  CAST(COUNT(CASE WHEN orders.gift THEN orders.order_id END) AS DOUBLE) / NULLIF(COUNT(orders.order_id), 0) AS gift_share,
  COUNT(CASE WHEN orders.gift THEN orders.order_id END) AS gift_share_numerator,
  COUNT(orders.order_id) AS gift_share_denominator
FROM orders
LEFT JOIN customers
  ON orders.customer_id = customers.customer_id
LEFT JOIN regions
  ON customers.region_id = regions.region_id
WHERE
  orders.ordered_at >= CAST('2026-01-01 00:00:00' AS TIMESTAMP(6))
  AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP(6))
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
    DATE_TRUNC('month', spent_on) AS period,
    channel,
    SUM(amount) AS cost_per_order_numerator
  FROM spend
  WHERE
    spent_on < CAST('2026-07-01' AS DATE)
  GROUP BY
    DATE_TRUNC('month', spent_on),
    channel
), cost_per_order_denominator AS (
  SELECT
    CAST(DATE_TRUNC('month', ordered_at) AS DATE) AS period,
    channel,
    COUNT(order_id) AS cost_per_order_denominator
  FROM orders
  WHERE
    ordered_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP(6))
  GROUP BY
    CAST(DATE_TRUNC('month', ordered_at) AS DATE),
    channel
), cost_per_order_parts AS (
  SELECT
    period,
    channel,
    cost_per_order_numerator,
    NULL AS cost_per_order_denominator
  FROM cost_per_order_numerator
  UNION ALL
  SELECT
    period,
    channel,
    NULL AS cost_per_order_numerator,
    cost_per_order_denominator
  FROM cost_per_order_denominator
)
SELECT
  period,
  channel,
  CAST(MAX(cost_per_order_numerator) AS DOUBLE) / NULLIF(COALESCE(MAX(cost_per_order_denominator), 0), 0) AS cost_per_order,
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
    status = 'paid' AND ordered_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP(6))
  GROUP BY
    CAST(DATE_TRUNC('month', ordered_at) AS DATE)
), revenue_2 AS (
  SELECT
    CAST(DATE_TRUNC('month', DATE_ADD('month', 1, ordered_at)) AS DATE) AS period,
    SUM(amount) AS revenue
  FROM orders
  WHERE
    status = 'paid'
    AND ordered_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP(6))
    AND DATE_ADD('month', 1, ordered_at) < CAST('2026-07-01 00:00:00' AS TIMESTAMP(6))
  GROUP BY
    CAST(DATE_TRUNC('month', DATE_ADD('month', 1, ordered_at)) AS DATE)
), growth_parts AS (
  SELECT
    period,
    revenue,
    NULL AS revenue_2
  FROM revenue
  UNION ALL
  SELECT
    period,
    NULL AS revenue,
    revenue AS revenue_2
  FROM revenue_2
)
SELECT
  period,
  (
    CAST(MAX(revenue) AS DOUBLE) / NULLIF(MAX(revenue_2), 0)
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
    status = 'paid' AND ordered_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP(6))
), first_unit AS (
  SELECT
    DATE_TRUNC('month', MIN(CAST(DATE_TRUNC('day', ordered_at) AS DATE))) AS first
  FROM rows
), days AS (
  SELECT
    CAST(DATE_ADD('day', numbers.n, numbers.first_one) AS DATE) AS day
  FROM (
    SELECT
      bounds.first_one,
      bounds.last_one,
      thousands.k * 1000 + ones.i AS n
    FROM (
      SELECT
        ends.first_one,
        ends.last_one,
        CAST(DATE_DIFF('day', ends.first_one, ends.last_one) AS BIGINT) AS total
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
    CROSS JOIN UNNEST(SEQUENCE(0, FLOOR(bounds.total / 1000))) AS thousands(k)
    CROSS JOIN UNNEST(SEQUENCE(0, 999)) AS ones(i)
    WHERE
      (
        thousands.k * 1000 + ones.i
      ) * 1 <= bounds.total
  ) AS numbers
), periods AS (
  SELECT
    DATE_TRUNC('month', day) AS period,
    MAX(day) AS day
  FROM days
  GROUP BY
    DATE_TRUNC('month', day)
)
SELECT
  periods.period,
  SUM(rows.amount) AS revenue_28d
FROM periods
CROSS JOIN rows
WHERE
  CAST(DATE_TRUNC('day', rows.ordered_at) AS DATE) <= periods.day
  AND periods.day < DATE_ADD('day', 28, CAST(DATE_TRUNC('day', rows.ordered_at) AS DATE))
GROUP BY
  periods.period
ORDER BY
  period

-- wait_p90: Wait
-- as of 2026-07-01 00:00
WITH placed AS (
  SELECT
    topic,
    minutes,
    ROW_NUMBER() OVER (PARTITION BY topic ORDER BY minutes ASC) AS place_1,
    COUNT(minutes) OVER (PARTITION BY topic) AS places_1
  FROM tickets
  WHERE
    opened_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP(6))
)
SELECT
  topic,
  MAX(
    CASE
      WHEN place_1 = (
        FLOOR(0.9 * (
          places_1 - 1
        )) + 1
      )
      THEN CAST(minutes AS DOUBLE)
    END
  ) + (
    MAX(
      CAST((
        0.9 * (
          places_1 - 1
        )
      ) - FLOOR(0.9 * (
        places_1 - 1
      )) AS DOUBLE)
    ) * (
      MAX(
        CASE
          WHEN place_1 = (
            CEIL(0.9 * (
              places_1 - 1
            )) + 1
          )
          THEN CAST(minutes AS DOUBLE)
        END
      ) - MAX(
        CASE
          WHEN place_1 = (
            FLOOR(0.9 * (
              places_1 - 1
            )) + 1
          )
          THEN CAST(minutes AS DOUBLE)
        END
      )
    )
  ) AS wait_p90,
  COUNT(minutes) AS wait_p90_n
FROM placed
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
    opened_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP(6))
    AND DATE_ADD('day', 7, opened_at) <= CAST('2026-07-01 00:00:00' AS TIMESTAMP(6))
), converted AS (
  SELECT
    base.ticket_id AS converted
  FROM base
  JOIN orders
    ON base.customer_id = orders.customer_id
  WHERE
    orders.ordered_at < CAST('2026-07-01 00:00:00' AS TIMESTAMP(6))
    AND NOT orders.customer_id IS NULL
    AND orders.ordered_at >= base.opened_at
    AND orders.ordered_at < DATE_ADD('day', 7, base.opened_at)
  GROUP BY
    base.ticket_id
)
SELECT
  CAST(DATE_TRUNC('month', base.opened_at) AS DATE) AS period,
  CAST(COUNT(converted.converted) AS DOUBLE) / NULLIF(COUNT(1), 0) AS helped_buyers,
  COUNT(converted.converted) AS helped_buyers_numerator,
  COUNT(1) AS helped_buyers_denominator
FROM base
LEFT JOIN converted
  ON base.ticket_id = converted.converted
GROUP BY
  CAST(DATE_TRUNC('month', base.opened_at) AS DATE)
ORDER BY
  period
