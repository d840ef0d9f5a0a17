-- Statements of how an account stands: from where it may be called, whether the operator lets it, and who did what in it.

-- name: access_list
SELECT access_list FROM account WHERE id = %(account_id)s;

-- name: put_access_list
UPDATE account SET access_list = %(entries)s::jsonb WHERE id = %(account_id)s RETURNING id;
