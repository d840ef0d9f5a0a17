-- Statements about reports that are kept, and mailed.

-- name: insert
INSERT INTO saved_report (id, account_id, name, question, pace, user_ids, next_at, created_by, created_at)
VALUES (%(id)s, %(account_id)s, %(name)s, %(question)s::jsonb, %(pace)s, %(user_ids)s, %(next_at)s, %(by)s, %(now)s)
ON CONFLICT (account_id, lower(name)) DO NOTHING
RETURNING id;

-- name: count
SELECT count(*) FROM saved_report WHERE account_id = %(account_id)s;

-- name: page
SELECT id, account_id, name, question::text, pace, user_ids, next_at, last_at, created_by, created_at FROM saved_report
WHERE account_id = %(account_id)s AND (%(id)s::uuid IS NULL OR id = %(id)s) ORDER BY lower(name) LIMIT %(limit)s;

-- name: delete
DELETE FROM saved_report WHERE account_id = %(account_id)s AND id = %(id)s RETURNING id;

-- name: due
-- all accounts: the work process mails everybody's.
-- One that nobody else has, held until it is mailed.
SELECT id, account_id, name, question::text, pace, user_ids, next_at, last_at, created_by, created_at FROM saved_report
WHERE next_at <= %(now)s ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED;

-- name: mailed
UPDATE saved_report SET next_at = %(next_at)s, last_at = coalesce(%(last_at)s, last_at)
WHERE account_id = %(account_id)s AND id = %(id)s;

-- name: account_name
SELECT name FROM account WHERE id = %(account_id)s;
