WITH spent AS (
  SELECT DATE_TRUNC('month', spent_on)::DATE AS period, channel,
         SUM(amount) FILTER (WHERE kind <> 'bonus') + COALESCE(SUM(amount) FILTER (WHERE kind = 'bonus'), 0) AS amount
  FROM spend
  WHERE spent_on < DATE '2026-11-01'
  GROUP BY period, channel
),
won AS (
  SELECT DATE_TRUNC('month', signed_up_at)::DATE AS period, channel, COUNT(*) AS customers
  FROM customers
  LEFT JOIN leads USING (lead_id)
  LEFT JOIN visits USING (visit_id)
  WHERE signed_up_at < TIMESTAMP '2026-11-01'
  GROUP BY period, channel
)
SELECT COALESCE(spent.period, won.period) AS period, COALESCE(spent.channel, won.channel) AS channel,
       amount / customers AS value
FROM spent FULL JOIN won ON spent.period = won.period AND spent.channel IS NOT DISTINCT FROM won.channel
