-- name: resolve
-- all accounts: a batch may mix them; each row looks among its own account's senders only.
-- Two joins, one for each unique index, instead of an OR that could use neither.
SELECT place, coalesce(named.address, usual.address), coalesce(named.connector_id, usual.connector_id), open_senders
FROM unnest(%(accounts)s::uuid[], %(addresses)s::text[]) WITH ORDINALITY AS wanted (account_id, address, place)
JOIN account ON account.id = wanted.account_id
LEFT JOIN sender AS named ON named.account_id = wanted.account_id AND lower(named.address) = lower(wanted.address)
LEFT JOIN sender AS usual ON wanted.address IS NULL AND usual.account_id = wanted.account_id AND usual.is_default;

-- name: holders
-- all accounts: a text that came in is looking for whose address it was sent to.
SELECT address, account_id, connector_id FROM sender
WHERE lower(address) = ANY(%(addresses)s)
ORDER BY id;

-- name: insert_sender
INSERT INTO sender (id, account_id, address, connector_id, is_default, created_at)
VALUES (%(sender_id)s, %(account_id)s, %(address)s, %(connector_id)s, %(is_default)s, %(now)s)
ON CONFLICT (account_id, lower(address)) DO NOTHING
RETURNING id;

-- name: drop_default
UPDATE sender SET is_default = false WHERE account_id = %(account_id)s AND is_default;

-- name: set_default
UPDATE sender SET is_default = true WHERE id = %(sender_id)s AND account_id = %(account_id)s RETURNING id;

-- name: may_use_connector
-- An account's own connector, or one of the operator's.
SELECT id FROM connector WHERE id = %(connector_id)s AND (account_id = %(account_id)s OR account_id IS NULL);

-- name: page_of_senders
-- Newest first.
SELECT id, address, connector_id, is_default, created_at FROM sender
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: delete_sender
DELETE FROM sender WHERE id = %(sender_id)s AND account_id = %(account_id)s RETURNING id;

-- name: lock_connector
-- all accounts: those who get a number on this connector take turns.
SELECT id FROM connector WHERE id = %(connector_id)s FOR NO KEY UPDATE;

-- name: highest_number
-- all accounts: no two may get the same number.
SELECT max(address::bigint) FROM sender WHERE connector_id = %(connector_id)s AND address ~ '^[1-9][0-9]{2,14}$';

-- name: accounts_without_sender
-- all accounts: the operator's own start looks after everybody.
SELECT id FROM account WHERE NOT EXISTS (SELECT FROM sender WHERE account_id = account.id) ORDER BY id;

-- name: has_default
SELECT EXISTS (SELECT FROM sender WHERE account_id = %(account_id)s AND is_default);
