-- Statements of how an account stands: from where it may be called, whether the operator lets it, and who did what in it.

-- name: access_list
SELECT access_list FROM account WHERE id = %(account_id)s;

-- name: bounds
-- From where an account may be called, and whether it is suspended.
SELECT access_list, suspended_at IS NOT NULL FROM account WHERE id = %(account_id)s;

-- name: put_access_list
UPDATE account SET access_list = %(entries)s::jsonb WHERE id = %(account_id)s RETURNING id;

-- name: suspended
-- all accounts: a process keeps them in memory.
SELECT id FROM account WHERE suspended_at IS NOT NULL;

-- name: suspend
UPDATE account SET suspended_at = %(now)s, suspended_why = %(why)s
WHERE id = %(account_id)s AND suspended_at IS NULL RETURNING id;

-- name: unsuspend
UPDATE account SET suspended_at = NULL, suspended_why = ''
WHERE id = %(account_id)s AND suspended_at IS NOT NULL RETURNING id;

-- name: actions
-- What was done in an account, or (null) everywhere, newest first. The facts are the event's, as far as it still has them.
SELECT action.id, action.at, action.account_id, action.kind, action.subject, action.done_by,
    coalesce(event.data - 'by', '{}'::jsonb)
FROM action LEFT JOIN event ON event.id = action.id
WHERE (%(account_id)s::uuid IS NULL OR action.account_id = %(account_id)s)
    AND (%(after)s::uuid IS NULL OR action.id < %(after)s)
    AND (%(kind)s = '' OR action.kind = %(kind)s OR starts_with(action.kind, %(kind)s || '.'))
    AND (%(done_by)s = '' OR lower(action.done_by) = lower(%(done_by)s))
    AND (%(since)s::timestamptz IS NULL OR action.at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR action.at < %(until)s)
ORDER BY action.id DESC LIMIT %(limit)s;

-- name: choice
SELECT value FROM house_choice WHERE name = %(name)s;

-- name: put_choice
INSERT INTO house_choice (name, value, chosen_by, chosen_at) VALUES (%(name)s, %(value)s, %(by)s, %(now)s)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at;

-- name: drop_choice
DELETE FROM house_choice WHERE name = %(name)s;
