-- Statements of how an account stands: from where it may be called, whether the operator lets it, and who did what in it.

-- name: access_list
SELECT access_list FROM account WHERE id = %(account_id)s;

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
