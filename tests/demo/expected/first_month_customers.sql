-- Customers whose first 30 days are over.
SELECT COUNT(*) AS value FROM customers WHERE signed_up_at + INTERVAL 30 DAY <= TIMESTAMP '2026-11-16 09:00'
