SELECT COUNT(*) AS value
FROM subscriptions
WHERE remark IS NOT NULL AND TRIM(remark) <> '' AND subscribed_at < TIMESTAMP '2026-11-16 09:00'
