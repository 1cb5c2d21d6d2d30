-- revenue: Revenue (EUR)
-- gift_share: Share of gifts (percent)
-- as of 2026-07-01 00:00
SELECT
  CAST(DATE_TRUNC('week', orders.ordered_at) AS Date32) AS period,
  regions.country AS country,
  SUM(CASE WHEN orders.status = 'paid' THEN orders.amount END) AS revenue,
  CAST(COUNT(CASE WHEN orders.gift THEN orders.order_id END) AS Float64) / NULLIF(COUNT(orders.order_id), 0) AS gift_share,
  COUNT(CASE WHEN orders.gift THEN orders.order_id END) AS gift_share_numerator,
  COUNT(orders.order_id) AS gift_share_denominator
FROM orders
LEFT JOIN customers
  ON orders.customer_id = customers.customer_id
LEFT JOIN regions
  ON customers.region_id = regions.region_id
WHERE
  orders.ordered_at >= CAST('2026-01-01 00:00:00' AS DateTime64(6))
  AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DateTime64(6))
GROUP BY
  CAST(DATE_TRUNC('week', orders.ordered_at) AS Date32),
  regions.country
ORDER BY
  period,
  country
SETTINGS join_use_nulls = 1, aggregate_functions_null_for_empty = 1, group_by_use_nulls = 1, cast_keep_nullable = 1, enable_extended_results_for_datetime_functions = 1

-- cost_per_order: Cost of an order (EUR)
-- as of 2026-07-01 00:00
WITH cost_per_order_numerator AS (
  SELECT
    CAST(DATE_TRUNC('month', spend.spent_on) AS Date32) AS period,
    spend.channel,
    SUM(spend.amount) AS cost_per_order_numerator
  FROM spend
  WHERE
    spend.spent_on < CAST('2026-07-01' AS Date32)
  GROUP BY
    CAST(DATE_TRUNC('month', spend.spent_on) AS Date32),
    spend.channel
), cost_per_order_denominator AS (
  SELECT
    CAST(DATE_TRUNC('month', orders.ordered_at) AS Date32) AS period,
    orders.channel,
    COUNT(orders.order_id) AS cost_per_order_denominator
  FROM orders
  WHERE
    orders.ordered_at < CAST('2026-07-01 00:00:00' AS DateTime64(6))
  GROUP BY
    CAST(DATE_TRUNC('month', orders.ordered_at) AS Date32),
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
  CAST(MAX(cost_per_order_parts.cost_per_order_numerator) AS Float64) / NULLIF(COALESCE(MAX(cost_per_order_parts.cost_per_order_denominator), 0), 0) AS cost_per_order,
  MAX(cost_per_order_parts.cost_per_order_numerator) AS cost_per_order_numerator,
  COALESCE(MAX(cost_per_order_parts.cost_per_order_denominator), 0) AS cost_per_order_denominator
FROM cost_per_order_parts
GROUP BY
  cost_per_order_parts.period,
  cost_per_order_parts.channel
ORDER BY
  period,
  channel
SETTINGS join_use_nulls = 1, aggregate_functions_null_for_empty = 1, group_by_use_nulls = 1, cast_keep_nullable = 1, enable_extended_results_for_datetime_functions = 1

-- growth: Growth (percent)
-- as of 2026-07-01 00:00
WITH revenue AS (
  SELECT
    CAST(DATE_TRUNC('month', orders.ordered_at) AS Date32) AS period,
    SUM(orders.amount) AS revenue
  FROM orders
  WHERE
    orders.status = 'paid'
    AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DateTime64(6))
  GROUP BY
    CAST(DATE_TRUNC('month', orders.ordered_at) AS Date32)
), revenue_2 AS (
  SELECT
    CAST(DATE_TRUNC('month', orders.ordered_at + INTERVAL '1' MONTH) AS Date32) AS period,
    SUM(orders.amount) AS revenue
  FROM orders
  WHERE
    orders.status = 'paid'
    AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DateTime64(6))
    AND (
      orders.ordered_at + INTERVAL '1' MONTH
    ) < CAST('2026-07-01 00:00:00' AS DateTime64(6))
  GROUP BY
    CAST(DATE_TRUNC('month', orders.ordered_at + INTERVAL '1' MONTH) AS Date32)
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
    CAST(MAX(growth_parts.revenue) AS Float64) / NULLIF(MAX(growth_parts.revenue_2), 0)
  ) - 1 AS growth
FROM growth_parts
GROUP BY
  growth_parts.period
ORDER BY
  period
SETTINGS join_use_nulls = 1, aggregate_functions_null_for_empty = 1, group_by_use_nulls = 1, cast_keep_nullable = 1, enable_extended_results_for_datetime_functions = 1

-- revenue_28d: Revenue of 28 days
-- as of 2026-07-01 00:00
WITH rows AS (
  SELECT
    orders.amount,
    orders.ordered_at,
    orders.status
  FROM orders
  WHERE
    orders.status = 'paid'
    AND orders.ordered_at < CAST('2026-07-01 00:00:00' AS DateTime64(6))
), first_unit AS (
  SELECT
    CAST(DATE_TRUNC('month', MIN(CAST(DATE_TRUNC('day', rows.ordered_at) AS Date32))) AS Date32) AS first
  FROM rows
), days AS (
  SELECT
    CAST(addDays(numbers.first_one, numbers.n) AS Date32) AS day
  FROM (
    SELECT
      bounds.first_one AS first_one,
      bounds.last_one AS last_one,
      arrayJoin(range(greatest(intDiv(ifNull(bounds.total, 0), 1) + 1, 0))) AS n
    FROM (
      SELECT
        ends.first_one,
        ends.last_one,
        CAST(dateDiff('day', ends.first_one, ends.last_one) AS Int64) AS total
      FROM (
        SELECT
          CAST((
            SELECT
              first
            FROM first_unit
          ) AS Date32) AS first_one,
          CAST('2026-06-30' AS Date32) AS last_one
      ) AS ends
      WHERE
        ends.first_one <= ends.last_one
    ) AS bounds
  ) AS numbers
), periods AS (
  SELECT
    CAST(DATE_TRUNC('month', days.day) AS Date32) AS period,
    MAX(days.day) AS day
  FROM days
  GROUP BY
    CAST(DATE_TRUNC('month', days.day) AS Date32)
)
SELECT
  periods.period AS period,
  SUM(rows.amount) AS revenue_28d
FROM periods
CROSS JOIN rows
WHERE
  CAST(DATE_TRUNC('day', rows.ordered_at) AS Date32) <= periods.day
  AND periods.day < (
    CAST(DATE_TRUNC('day', rows.ordered_at) AS Date32) + INTERVAL '28' DAY
  )
GROUP BY
  periods.period
ORDER BY
  period
SETTINGS join_use_nulls = 1, aggregate_functions_null_for_empty = 1, group_by_use_nulls = 1, cast_keep_nullable = 1, enable_extended_results_for_datetime_functions = 1

-- wait_p90: Wait
-- as of 2026-07-01 00:00
SELECT
  tickets.topic,
  quantileExactInclusive(0.9)(tickets.minutes) AS wait_p90,
  COUNT(tickets.minutes) AS wait_p90_n
FROM tickets
WHERE
  tickets.opened_at < CAST('2026-07-01 00:00:00' AS DateTime64(6))
GROUP BY
  tickets.topic
ORDER BY
  topic
SETTINGS join_use_nulls = 1, aggregate_functions_null_for_empty = 1, group_by_use_nulls = 1, cast_keep_nullable = 1, enable_extended_results_for_datetime_functions = 1

-- helped_buyers: Buyers after help
-- as of 2026-07-01 00:00
WITH base AS (
  SELECT
    tickets.customer_id,
    tickets.opened_at,
    tickets.ticket_id
  FROM tickets
  WHERE
    tickets.opened_at < CAST('2026-07-01 00:00:00' AS DateTime64(6))
    AND (
      tickets.opened_at + INTERVAL '7' DAY
    ) <= CAST('2026-07-01 00:00:00' AS DateTime64(6))
), converted AS (
  SELECT
    base.ticket_id AS converted
  FROM base
  JOIN orders
    ON base.customer_id = orders.customer_id
  WHERE
    orders.ordered_at < CAST('2026-07-01 00:00:00' AS DateTime64(6))
    AND NOT (
      orders.customer_id IS NULL
    )
    AND orders.ordered_at >= base.opened_at
    AND orders.ordered_at < (
      base.opened_at + INTERVAL '7' DAY
    )
  GROUP BY
    base.ticket_id
)
SELECT
  CAST(DATE_TRUNC('month', base.opened_at) AS Date32) AS period,
  CAST(COUNT(converted.converted) AS Float64) / NULLIF(COUNT(1), 0) AS helped_buyers,
  COUNT(converted.converted) AS helped_buyers_numerator,
  COUNT(1) AS helped_buyers_denominator
FROM base
LEFT JOIN converted
  ON base.ticket_id = converted.converted
GROUP BY
  CAST(DATE_TRUNC('month', base.opened_at) AS Date32)
ORDER BY
  period
SETTINGS join_use_nulls = 1, aggregate_functions_null_for_empty = 1, group_by_use_nulls = 1, cast_keep_nullable = 1, enable_extended_results_for_datetime_functions = 1
