-- name: insert_connector
INSERT INTO connector (id, account_id, kind, name, settings, sealed_secret, is_simulated, is_enabled, created_at, links,
    carries_media, usable_characters, needs, fee, callback_token_hash, sealed_callback_token)
VALUES (%(id)s, %(account_id)s, %(kind)s, %(name)s, %(settings)s, %(sealed_secret)s, %(is_simulated)s, true, %(now)s,
    %(links)s, %(carries_media)s, %(usable_characters)s, %(needs)s, %(fee)s, %(token_hash)s, %(sealed_callback_token)s)
ON CONFLICT DO NOTHING;

-- name: enabled_connectors
-- all accounts: dispatchers serve everybody's connectors.
SELECT id, account_id, kind, name, settings, is_simulated, is_enabled, receipt_id_form, created_at, revision,
    sealed_secret, answers_queries, links, carries_media, usable_characters, needs, fee, tested_at, paused_at,
    paused_reason, sealed_callback_token
FROM connector WHERE is_enabled ORDER BY id;

-- name: visible_connectors
-- The account's own and the operator's.
SELECT id, account_id, kind, name, settings, is_simulated, is_enabled, receipt_id_form, created_at, revision,
    sealed_secret, answers_queries, links, carries_media, usable_characters, needs, fee, tested_at, paused_at,
    paused_reason, sealed_callback_token
FROM connector
WHERE (account_id IS NULL OR account_id = %(account_id)s) AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: get_connector
SELECT id, account_id, kind, name, settings, is_simulated, is_enabled, receipt_id_form, created_at, revision,
    sealed_secret, answers_queries, links, carries_media, usable_characters, needs, fee, tested_at, paused_at,
    paused_reason, sealed_callback_token
FROM connector WHERE id = %(id)s AND (account_id IS NULL OR account_id = %(account_id)s);

-- name: simulated_connector
-- all accounts: the simulated connector is the operator's.
SELECT id, account_id, kind, name, settings, is_simulated, is_enabled, receipt_id_form, created_at, revision,
    sealed_secret, answers_queries, links, carries_media, usable_characters, needs, fee, tested_at, paused_at,
    paused_reason, sealed_callback_token
FROM connector WHERE is_simulated AND account_id IS NULL ORDER BY id LIMIT 1;

-- name: update_connector
-- all accounts: whoever may change it was found by `get_connector`. It may be another carrier from now on, or one that was
-- told to answer questions: that is learned anew.
UPDATE connector SET name = %(name)s, settings = %(settings)s, sealed_secret = coalesce(%(sealed_secret)s, sealed_secret),
    is_enabled = %(is_enabled)s, revision = revision + 1, answers_queries = NULL, links = %(links)s,
    carries_media = %(carries_media)s, usable_characters = %(usable_characters)s, needs = %(needs)s, fee = %(fee)s,
    tested_at = %(tested_at)s
WHERE id = %(id)s;

-- name: learn_id_form
-- all accounts: the form is the carrier's.
UPDATE connector SET receipt_id_form = %(form)s WHERE id = %(id)s AND receipt_id_form = 'unknown';

-- name: learn_answers
-- all accounts: whether questions are answered is the carrier's.
UPDATE connector SET answers_queries = %(answers)s::boolean
WHERE id = %(id)s AND answers_queries IS DISTINCT FROM %(answers)s::boolean;

-- name: announce_change
SELECT pg_notify('cablegram_connectors', '');

-- name: upsert_link
-- all accounts: dispatchers serve everybody. Of a connector that is gone there is nothing to note, nor of a link that it
-- has no more since its binds were lowered: that one says it has stopped when `drop_links` is long past.
INSERT INTO link (connector_id, number, dispatcher_id, state, detail, since)
SELECT id, %(number)s::smallint, %(dispatcher_id)s, %(state)s, %(detail)s, %(now)s FROM connector
WHERE id = %(connector_id)s AND %(number)s::smallint < links
ON CONFLICT (connector_id, number) DO UPDATE
SET dispatcher_id = excluded.dispatcher_id, state = excluded.state, detail = excluded.detail, since = excluded.since;

-- name: links
SELECT connector_id, number, state, detail, since FROM link WHERE connector_id = ANY (%(ids)s)
ORDER BY connector_id, number;

-- name: drop_links
-- Links beyond the number of binds, after that number was lowered.
DELETE FROM link WHERE connector_id = %(connector_id)s AND number >= %(count)s;
