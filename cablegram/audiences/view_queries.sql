-- Statements about views of the table of people.

-- name: insert_view
INSERT INTO people_view (id, account_id, name, filter, columns, sort, created_by, created_at)
VALUES (%(view_id)s, %(account_id)s, %(name)s, %(filter)s::jsonb, %(columns)s, %(sort)s, %(by)s, %(now)s)
ON CONFLICT (account_id, lower(name)) DO UPDATE
    SET filter = excluded.filter, columns = excluded.columns, sort = excluded.sort, name = excluded.name
RETURNING id;

-- name: views
SELECT id, name, filter::text, columns, sort FROM people_view
WHERE account_id = %(account_id)s ORDER BY lower(name) LIMIT %(limit)s;

-- name: count_views
SELECT count(*) FROM people_view WHERE account_id = %(account_id)s;

-- name: delete_view
DELETE FROM people_view WHERE account_id = %(account_id)s AND id = %(view_id)s;
