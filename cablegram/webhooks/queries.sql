-- Statements of the webhooks room about endpoints.

-- name: insert_endpoint
WITH made AS (
    INSERT INTO webhook_endpoint (id, account_id, transport, form, name, url, topic, kinds, secret, is_enabled,
        is_callback, created_by, created_at)
    VALUES (%(endpoint_id)s, %(account_id)s, %(transport)s, %(form)s, %(name)s, %(url)s, %(topic)s, %(kinds)s, %(secret)s,
        true, %(is_callback)s, %(by)s, %(now)s)
    RETURNING id
)
INSERT INTO webhook_line (endpoint_id, heard_at) SELECT id, %(now)s FROM made;

-- name: lock_account
-- Endpoints of an account are made, changed and deleted one after the other.
SELECT FROM account WHERE id = %(account_id)s FOR NO KEY UPDATE;

-- name: of_account
SELECT id, account_id, transport, form, name, url, topic, kinds, is_enabled, off_reason, off_at, is_callback, old_until,
    created_by, created_at, sequence, failing_since, last_ok_at
FROM webhook_endpoint JOIN webhook_line ON endpoint_id = id WHERE account_id = %(account_id)s ORDER BY id;

-- name: get_endpoint
SELECT id, account_id, transport, form, name, url, topic, kinds, is_enabled, off_reason, off_at, is_callback, old_until,
    created_by, created_at, sequence, failing_since, last_ok_at
FROM webhook_endpoint JOIN webhook_line ON endpoint_id = id
WHERE account_id = %(account_id)s AND id = %(endpoint_id)s;

-- name: secret_of
SELECT secret FROM webhook_endpoint WHERE account_id = %(account_id)s AND id = %(endpoint_id)s;

-- name: change_endpoint
UPDATE webhook_endpoint SET name = coalesce(%(name)s::text, name), url = coalesce(%(url)s::text, url),
    kinds = coalesce(%(kinds)s::text[], kinds), form = coalesce(%(form)s::text, form)
WHERE account_id = %(account_id)s AND id = %(endpoint_id)s;

-- name: rotate
UPDATE webhook_endpoint SET old_secret = secret, old_until = %(until)s, secret = %(secret)s
WHERE account_id = %(account_id)s AND id = %(endpoint_id)s;

-- name: drop_old_secrets
-- all accounts: secrets that sign nothing any more.
UPDATE webhook_endpoint SET old_secret = NULL, old_until = NULL WHERE old_until < %(now)s;

-- name: delete_endpoint
-- What was told it is forgotten with time; nobody finds it any more.
WITH gone AS (
    DELETE FROM webhook_endpoint WHERE account_id = %(account_id)s AND id = %(endpoint_id)s RETURNING id
), waiting AS (
    DELETE FROM webhook_queue WHERE endpoint_id IN (SELECT id FROM gone)
), missed AS (
    DELETE FROM webhook_missed WHERE endpoint_id IN (SELECT id FROM gone)
)
SELECT id FROM gone;

-- name: silent_streams
-- all accounts: streams that nobody has listened to for long.
SELECT endpoint.account_id, endpoint.id FROM webhook_endpoint AS endpoint JOIN webhook_line ON endpoint_id = endpoint.id
WHERE transport = 'stream' AND heard_at < %(before)s LIMIT 100;

-- name: hear
-- all accounts: the caller knows whose it is.
UPDATE webhook_line SET heard_at = %(now)s WHERE endpoint_id = %(endpoint_id)s AND heard_at < %(before)s;
