-- name: resolve
-- all accounts: a batch may mix them; each row looks among its own account's senders only.
-- Two halves, one for each unique index, instead of an OR that could use neither. What is said of a sender goes as one
-- text: this is asked with every batch, and a column costs more than what is in it. An open account may write from what
-- it likes, but from nobody else's number.
SELECT place, open_senders AND (found.id IS NOT NULL OR wanted.address IS NULL OR NOT EXISTS (
        SELECT FROM sender AS theirs WHERE lower(theirs.address) = lower(wanted.address) AND theirs.kind = 'number'
    )), found.address, found.id, concat_ws(' ', found.kind, coalesce(found.country, '-'),
    'sms' = ANY (found.capabilities), 'mms' = ANY (found.capabilities), found.is_shared, found.suspended_at IS NOT NULL,
    ARRAY(SELECT connector_id FROM sender_connector WHERE sender_id = found.id))
FROM unnest(%(accounts)s::uuid[], %(addresses)s::text[]) WITH ORDINALITY AS wanted (account_id, address, place)
JOIN account ON account.id = wanted.account_id
LEFT JOIN LATERAL (
    SELECT * FROM sender WHERE sender.account_id = wanted.account_id AND lower(sender.address) = lower(wanted.address)
    UNION ALL
    SELECT * FROM sender WHERE wanted.address IS NULL AND sender.account_id = wanted.account_id AND sender.is_default
) AS found ON true;

-- name: several
-- all accounts: a batch may mix them; each row looks among its own account's senders only.
-- An address asks for that sender, NULL for all that carry texts; whoever was not used for longest comes first.
SELECT place, open_senders AND (found.id IS NOT NULL OR wanted.address IS NULL OR NOT EXISTS (
        SELECT FROM sender AS theirs WHERE lower(theirs.address) = lower(wanted.address) AND theirs.kind = 'number'
    )), found.address, found.id, concat_ws(' ', found.kind, coalesce(found.country, '-'),
    'sms' = ANY (found.capabilities), 'mms' = ANY (found.capabilities), found.is_shared, found.suspended_at IS NOT NULL,
    ARRAY(SELECT connector_id FROM sender_connector WHERE sender_id = found.id)), found.used_at
FROM unnest(%(accounts)s::uuid[], %(addresses)s::text[]) WITH ORDINALITY AS wanted (account_id, address, place)
JOIN account ON account.id = wanted.account_id
LEFT JOIN LATERAL (
    SELECT * FROM sender WHERE sender.account_id = wanted.account_id AND lower(sender.address) = lower(wanted.address)
    UNION ALL
    SELECT * FROM sender
    WHERE wanted.address IS NULL AND sender.account_id = wanted.account_id AND 'sms' = ANY (sender.capabilities)
        AND NOT sender.is_shared AND sender.suspended_at IS NULL
) AS found ON true
ORDER BY found.used_at NULLS FIRST, found.id, place;

-- name: note_used
-- all accounts: a batch may mix them; each of these was chosen for its own account's messages.
UPDATE sender SET used_at = used.at
FROM unnest(%(ids)s::uuid[], %(moments)s::timestamptz[]) AS used (id, at)
WHERE sender.id = used.id;

-- name: conversations
-- all accounts: each row asks for its own account's.
SELECT place, sender_id
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[]) WITH ORDINALITY AS wanted (account_id, number, place)
JOIN conversation USING (account_id, number);

-- name: keep_conversations
-- all accounts: each row is its own account's.
INSERT INTO conversation (account_id, number, sender_id, at)
SELECT account_id, number, sender_id, %(now)s::timestamptz
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[], %(senders)s::uuid[]) AS talk (account_id, number, sender_id)
ON CONFLICT (account_id, number) DO UPDATE SET sender_id = excluded.sender_id, at = excluded.at;

-- name: holders
-- all accounts: a text that came in is looking for whose address it was sent to.
SELECT address, account_id, id, kind, autoresponder_enabled, autoresponder_text, stop_words_enabled, cnam_enabled,
    stop_words, help_text, ARRAY(SELECT connector_id FROM sender_connector WHERE sender_id = sender.id ORDER BY connector_id)
FROM sender WHERE lower(address) = ANY(%(addresses)s) AND NOT is_shared
ORDER BY id;

-- name: insert_sender
WITH new AS (
    INSERT INTO sender (id, account_id, address, kind, number_type, country, capabilities, autoresponder_enabled,
        autoresponder_text, stop_words_enabled, cnam_enabled, is_default, created_at, rental_id)
    VALUES (%(sender_id)s, %(account_id)s, %(address)s, %(kind)s, %(number_type)s, %(country)s,
        %(capabilities)s::text[], %(autoresponder_enabled)s, %(autoresponder_text)s, %(stop_words_enabled)s,
        %(cnam_enabled)s, %(is_default)s, %(now)s, %(rental_id)s)
    ON CONFLICT (account_id, lower(address)) DO NOTHING
    RETURNING id
), carried AS (
    INSERT INTO sender_connector (sender_id, connector_id)
    SELECT new.id, connector_id FROM new CROSS JOIN unnest(%(connector_ids)s::uuid[]) AS connector_id
)
SELECT id FROM new;

-- name: lock_numbers
-- all accounts: who gives numbers to accounts takes turns, so that no two get the same.
SELECT pg_advisory_xact_lock(7410, 2);

-- name: number_owners
-- all accounts: a number belongs to one.
SELECT address, account_id FROM sender WHERE lower(address) = ANY (%(addresses)s) AND kind = 'number' ORDER BY id;

-- name: named_connectors
-- all accounts: a file of senders may name those of several; each line takes its own account's, or the operator's.
SELECT account_id, lower(name), id, is_simulated FROM connector WHERE lower(name) = ANY (%(names)s);

-- name: put_senders
-- all accounts: a file may have senders of several; each row names its own.
-- What was there stays the default it was, and answers as it did. xmax is 0 in a row that is new.
INSERT INTO sender (id, account_id, address, kind, number_type, country, capabilities, is_default, created_at)
SELECT id, account_id, address, kind, number_type, country, string_to_array(capabilities, ','), false, %(now)s
FROM unnest(%(ids)s::uuid[], %(accounts)s::uuid[], %(addresses)s::text[], %(kinds)s::text[], %(number_types)s::text[],
    %(countries)s::text[], %(capabilities)s::text[])
    AS new (id, account_id, address, kind, number_type, country, capabilities)
ON CONFLICT (account_id, lower(address)) DO UPDATE SET number_type = excluded.number_type, country = excluded.country,
    capabilities = excluded.capabilities
RETURNING account_id, lower(address), id, xmax = 0;

-- name: replace_connectors
-- all accounts: senders that this transaction has just written.
WITH gone AS (
    DELETE FROM sender_connector
    WHERE sender_id = ANY (%(sender_ids)s::uuid[]) AND (sender_id, connector_id) NOT IN (
        SELECT * FROM unnest(%(carried)s::uuid[], %(connector_ids)s::uuid[])
    )
)
INSERT INTO sender_connector (sender_id, connector_id)
SELECT * FROM unnest(%(carried)s::uuid[], %(connector_ids)s::uuid[])
ON CONFLICT DO NOTHING;

-- name: change_sender
UPDATE sender SET number_type = %(number_type)s, country = %(country)s, capabilities = %(capabilities)s::text[],
    autoresponder_enabled = %(autoresponder_enabled)s, autoresponder_text = %(autoresponder_text)s,
    stop_words_enabled = %(stop_words_enabled)s, cnam_enabled = %(cnam_enabled)s,
    stop_words = %(stop_words)s::text[], help_text = %(help_text)s
WHERE id = %(sender_id)s AND account_id = %(account_id)s;

-- name: drop_default
UPDATE sender SET is_default = false WHERE account_id = %(account_id)s AND is_default;

-- name: set_default
UPDATE sender SET is_default = true WHERE id = %(sender_id)s AND account_id = %(account_id)s AND NOT is_shared RETURNING id;

-- name: usable_connectors
-- Of these, those that the account may use: its own, and the operator's.
SELECT id, is_simulated FROM connector
WHERE id = ANY (%(connector_ids)s) AND (account_id = %(account_id)s OR account_id IS NULL);

-- name: own_connectors
SELECT id FROM connector WHERE id = ANY (%(connector_ids)s) AND account_id = %(account_id)s;

-- name: hold_sender
SELECT id, address, kind, number_type, country, capabilities, autoresponder_enabled, autoresponder_text,
    stop_words_enabled, cnam_enabled, stop_words, help_text, is_default, created_at, used_at,
    ARRAY(SELECT connector_id FROM sender_connector WHERE sender_id = sender.id ORDER BY connector_id)
FROM sender WHERE id = %(sender_id)s AND account_id = %(account_id)s FOR UPDATE;

-- name: sender
SELECT id, address, kind, number_type, country, capabilities, autoresponder_enabled, autoresponder_text,
    stop_words_enabled, cnam_enabled, stop_words, help_text, is_default, created_at, used_at,
    ARRAY(SELECT connector_id FROM sender_connector WHERE sender_id = sender.id ORDER BY connector_id)
FROM sender WHERE id = %(sender_id)s AND account_id = %(account_id)s;

-- name: page_of_senders
-- Newest first.
SELECT id, address, kind, number_type, country, capabilities, autoresponder_enabled, autoresponder_text,
    stop_words_enabled, cnam_enabled, stop_words, help_text, is_default, created_at, used_at,
    ARRAY(SELECT connector_id FROM sender_connector WHERE sender_id = sender.id ORDER BY connector_id)
FROM sender
WHERE account_id = %(account_id)s AND NOT is_shared AND (%(after)s::uuid IS NULL OR id < %(after)s)
    AND (%(kind)s::text IS NULL OR kind = %(kind)s) AND (%(country)s::text IS NULL OR country = %(country)s)
    AND (%(number_type)s::text IS NULL OR number_type = %(number_type)s)
    AND (%(address)s::text IS NULL OR lower(address) = lower(%(address)s))
ORDER BY id DESC LIMIT %(limit)s;

-- name: delete_sender
-- One that is rented goes by the end of its rental alone.
DELETE FROM sender WHERE id = %(sender_id)s AND account_id = %(account_id)s AND NOT is_shared AND rental_id IS NULL
RETURNING address;

-- name: is_rented
SELECT FROM sender WHERE id = %(sender_id)s AND account_id = %(account_id)s AND rental_id IS NOT NULL;

-- name: delete_rented
DELETE FROM sender WHERE rental_id = %(rental_id)s AND account_id = %(account_id)s RETURNING id;

-- name: suspend
UPDATE sender SET suspended_at = %(at)s WHERE rental_id = %(rental_id)s AND account_id = %(account_id)s;

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
