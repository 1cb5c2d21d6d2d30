-- A lead that nobody has judged yet is a lead, but not a qualified one.
SELECT COUNT(*) FILTER (WHERE qualified) AS numerator, COUNT(*) AS denominator,
       numerator / NULLIF(denominator, 0) AS value
FROM leads
WHERE created_at < TIMESTAMP '2026-11-16 09:00'
