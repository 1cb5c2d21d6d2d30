SELECT DATE_TRUNC('month', first_on) AS month,
       COUNT(*) FILTER (WHERE days = 1) / COUNT(*) AS value,
       COUNT(*) FILTER (WHERE days = 1) AS numerator, COUNT(*) AS denominator
FROM (
  SELECT MIN(bought_on) AS first_on, COUNT(DISTINCT bought_on) AS days FROM purchases GROUP BY customer_id
)
GROUP BY month
