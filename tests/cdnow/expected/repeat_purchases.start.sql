-- From 1997-10-01 on; the first purchases are all older.
SELECT COUNT(DISTINCT (customer_id, bought_on)) AS value FROM purchases WHERE bought_on >= DATE '1997-10-01'
