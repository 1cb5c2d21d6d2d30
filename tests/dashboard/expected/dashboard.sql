-- The four questions of the demo at 2026-11-16 09:00, by hand from its tables: a row a question.
-- `value` of the last complete week, `earlier` of what it is compared with: counts with the week before, shares with
-- the month before that week.
WITH
retained AS (
  SELECT signed_up_at, EXISTS (SELECT 1 FROM usage AS u WHERE u.customer_id = c.customer_id
    AND u.occurred_at >= signed_up_at + INTERVAL 30 DAY AND u.occurred_at < signed_up_at + INTERVAL 31 DAY) AS back
  FROM customers AS c),
-- a ticket is the repetition of the latest complaint of its customer and topic before it
latest AS (
  SELECT t.opened_at AS again_at, (SELECT b.ticket_id FROM tickets AS b WHERE b.kind = 'complaint'
      AND b.customer_id = t.customer_id AND b.topic IS NOT DISTINCT FROM t.topic AND b.ticket_id <> t.ticket_id
      AND b.opened_at <= t.opened_at ORDER BY b.opened_at DESC LIMIT 1) AS complaint
  FROM tickets AS t),
complaint AS (
  SELECT c.topic, c.opened_at, EXISTS (SELECT 1 FROM latest WHERE complaint = c.ticket_id
    AND again_at < c.opened_at + INTERVAL 14 DAY) AS repeated
  FROM tickets AS c WHERE c.kind = 'complaint')
SELECT 'came' AS question, '2026-W46' AS label,
  (SELECT COUNT(DISTINCT visitor_id) FROM visits WHERE visit_number = 1
    AND visited_at >= DATE '2026-11-09' AND visited_at < DATE '2026-11-16') AS value,
  (SELECT COUNT(DISTINCT visitor_id) FROM visits WHERE visit_number = 1
    AND visited_at >= DATE '2026-11-02' AND visited_at < DATE '2026-11-09') AS earlier
UNION ALL SELECT 'paying', '2026-W46',
  (SELECT COUNT(*) FROM customers WHERE signed_up_at >= DATE '2026-11-09' AND signed_up_at < DATE '2026-11-16'),
  (SELECT COUNT(*) FROM customers WHERE signed_up_at >= DATE '2026-11-02' AND signed_up_at < DATE '2026-11-09')
UNION ALL SELECT 'stay', '2026-W41',
  (SELECT AVG(back::INT) FROM retained WHERE signed_up_at >= DATE '2026-10-05' AND signed_up_at < DATE '2026-10-12'),
  (SELECT AVG(back::INT) FROM retained WHERE signed_up_at >= DATE '2026-09-01' AND signed_up_at < DATE '2026-10-01')
UNION ALL SELECT 'left', '2026-W44',
  (SELECT AVG(repeated::INT) FROM complaint WHERE opened_at >= DATE '2026-10-26' AND opened_at < DATE '2026-11-02'),
  (SELECT AVG(repeated::INT) FROM complaint WHERE opened_at >= DATE '2026-09-01' AND opened_at < DATE '2026-10-01')
-- what made them leave: by topic, over the four weeks that are complete, 2026-W41 to 2026-W44
UNION ALL (SELECT 'left by ' || topic, COUNT(*)::VARCHAR, AVG(repeated::INT), NULL FROM complaint
  WHERE opened_at >= DATE '2026-10-05' AND opened_at < DATE '2026-11-02' GROUP BY topic ORDER BY topic)
-- the trend of the first question: 26 weeks up to 2026-W46
UNION ALL (SELECT 'came in ' || strftime(date_trunc('week', visited_at), '%G-W%V'), '', COUNT(DISTINCT visitor_id), NULL
  FROM visits WHERE visit_number = 1 AND visited_at >= DATE '2026-05-18' AND visited_at < DATE '2026-11-16'
  GROUP BY 1 ORDER BY 1)
