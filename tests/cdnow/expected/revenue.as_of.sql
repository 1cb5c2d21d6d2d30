-- A day dated as_of has not happened yet.
SELECT SUM(dollars) AS value FROM purchases WHERE bought_on < DATE '1997-05-01'
