SELECT COUNT(*) FILTER (WHERE days = 1) / COUNT(*) AS value,
       COUNT(*) FILTER (WHERE days = 1) AS numerator, COUNT(*) AS denominator
FROM (SELECT COUNT(DISTINCT bought_on) AS days FROM purchases GROUP BY customer_id)
