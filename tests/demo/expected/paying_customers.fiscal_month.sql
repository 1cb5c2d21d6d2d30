WITH days AS (
  SELECT calendar_day, MIN(calendar_day) OVER (PARTITION BY fiscal_month) AS period
  FROM fiscal_days
),
final AS (
  SELECT period, MAX(listed_on) AS listed_on
  FROM paying_accounts JOIN days ON calendar_day = listed_on
  WHERE listed_on < DATE '2026-10-26'
  GROUP BY period
)
SELECT period, COUNT(customer_id) AS value
FROM paying_accounts JOIN final USING (listed_on)
GROUP BY period
