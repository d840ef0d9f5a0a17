-- name: resolve
-- all accounts: a batch may mix them; each row looks among its own account's senders only.
-- Two joins, one for each unique index, instead of an OR that could use neither.
SELECT place, open_senders, found.address, found.kind, found.country, found.id, 'sms' = ANY (found.capabilities),
    'mms' = ANY (found.capabilities),
    ARRAY(SELECT connector_id FROM sender_connector WHERE sender_id = found.id ORDER BY connector_id)
FROM unnest(%(accounts)s::uuid[], %(addresses)s::text[]) WITH ORDINALITY AS wanted (account_id, address, place)
JOIN account ON account.id = wanted.account_id
LEFT JOIN LATERAL (
    SELECT * FROM sender WHERE sender.account_id = wanted.account_id AND lower(sender.address) = lower(wanted.address)
    UNION ALL
    SELECT * FROM sender WHERE wanted.address IS NULL AND sender.account_id = wanted.account_id AND sender.is_default
) AS found ON true;

-- name: holders
-- all accounts: a text that came in is looking for whose address it was sent to.
SELECT address, account_id, id, kind, autoresponder_enabled, autoresponder_text, stop_words_enabled, cnam_enabled,
    ARRAY(SELECT connector_id FROM sender_connector WHERE sender_id = sender.id ORDER BY connector_id)
FROM sender WHERE lower(address) = ANY(%(addresses)s)
ORDER BY id;

-- name: insert_sender
WITH new AS (
    INSERT INTO sender (id, account_id, address, kind, number_type, country, capabilities, autoresponder_enabled,
        autoresponder_text, stop_words_enabled, cnam_enabled, is_default, created_at)
    VALUES (%(sender_id)s, %(account_id)s, %(address)s, %(kind)s, %(number_type)s, %(country)s,
        %(capabilities)s::text[], %(autoresponder_enabled)s, %(autoresponder_text)s, %(stop_words_enabled)s,
        %(cnam_enabled)s, %(is_default)s, %(now)s)
    ON CONFLICT (account_id, lower(address)) DO NOTHING
    RETURNING id
), carried AS (
    INSERT INTO sender_connector (sender_id, connector_id)
    SELECT new.id, connector_id FROM new CROSS JOIN unnest(%(connector_ids)s::uuid[]) AS connector_id
)
SELECT id FROM new;

-- name: change_sender
UPDATE sender SET number_type = %(number_type)s, country = %(country)s, capabilities = %(capabilities)s::text[],
    autoresponder_enabled = %(autoresponder_enabled)s, autoresponder_text = %(autoresponder_text)s,
    stop_words_enabled = %(stop_words_enabled)s, cnam_enabled = %(cnam_enabled)s
WHERE id = %(sender_id)s AND account_id = %(account_id)s;

-- name: drop_connectors
-- all accounts: the sender was held as the account's own.
DELETE FROM sender_connector WHERE sender_id = %(sender_id)s;

-- name: add_connectors
-- all accounts: the sender was held as the account's own.
INSERT INTO sender_connector (sender_id, connector_id)
SELECT %(sender_id)s, connector_id FROM unnest(%(connector_ids)s::uuid[]) AS connector_id;

-- name: drop_default
UPDATE sender SET is_default = false WHERE account_id = %(account_id)s AND is_default;

-- name: set_default
UPDATE sender SET is_default = true WHERE id = %(sender_id)s AND account_id = %(account_id)s RETURNING id;

-- name: usable_connectors
-- Of these, those that the account may use: its own, and the operator's.
SELECT id, is_simulated FROM connector
WHERE id = ANY (%(connector_ids)s) AND (account_id = %(account_id)s OR account_id IS NULL);

-- name: hold_sender
SELECT id, address, kind, number_type, country, capabilities, autoresponder_enabled, autoresponder_text,
    stop_words_enabled, cnam_enabled, is_default, created_at, used_at,
    ARRAY(SELECT connector_id FROM sender_connector WHERE sender_id = sender.id ORDER BY connector_id)
FROM sender WHERE id = %(sender_id)s AND account_id = %(account_id)s FOR UPDATE;

-- name: sender
SELECT id, address, kind, number_type, country, capabilities, autoresponder_enabled, autoresponder_text,
    stop_words_enabled, cnam_enabled, is_default, created_at, used_at,
    ARRAY(SELECT connector_id FROM sender_connector WHERE sender_id = sender.id ORDER BY connector_id)
FROM sender WHERE id = %(sender_id)s AND account_id = %(account_id)s;

-- name: page_of_senders
-- Newest first.
SELECT id, address, kind, number_type, country, capabilities, autoresponder_enabled, autoresponder_text,
    stop_words_enabled, cnam_enabled, is_default, created_at, used_at,
    ARRAY(SELECT connector_id FROM sender_connector WHERE sender_id = sender.id ORDER BY connector_id)
FROM sender
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
    AND (%(kind)s::text IS NULL OR kind = %(kind)s) AND (%(country)s::text IS NULL OR country = %(country)s)
    AND (%(number_type)s::text IS NULL OR number_type = %(number_type)s)
    AND (%(address)s::text IS NULL OR lower(address) = lower(%(address)s))
ORDER BY id DESC LIMIT %(limit)s;

-- name: delete_sender
DELETE FROM sender WHERE id = %(sender_id)s AND account_id = %(account_id)s RETURNING id;

-- name: lock_connector
-- all accounts: those who get a number on this connector take turns.
SELECT id FROM connector WHERE id = %(connector_id)s FOR NO KEY UPDATE;

-- name: highest_number
-- all accounts: no two may get the same number.
SELECT max(address::bigint) FROM sender JOIN sender_connector ON sender_connector.sender_id = sender.id
WHERE sender_connector.connector_id = %(connector_id)s AND address ~ '^[1-9][0-9]{2,14}$';

-- name: accounts_without_sender
-- all accounts: the operator's own start looks after everybody.
SELECT id FROM account WHERE NOT EXISTS (SELECT FROM sender WHERE account_id = account.id) ORDER BY id;

-- name: has_default
SELECT EXISTS (SELECT FROM sender WHERE account_id = %(account_id)s AND is_default);
