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

-- name: called_connectors
-- all accounts: providers call for everybody's connectors, also for one that is switched off: its messages are under way.
SELECT id, revision, callback_token_hash FROM connector WHERE callback_token_hash IS NOT NULL;

-- name: connectors_by_ids
-- all accounts: as above.
SELECT id, account_id, kind, name, settings, is_simulated, is_enabled, receipt_id_form, created_at, revision,
    sealed_secret, answers_queries, links, carries_media, usable_characters, needs, fee, tested_at, paused_at,
    paused_reason, sealed_callback_token
FROM connector WHERE id = ANY (%(ids)s);

-- name: owners
-- all accounts: a text came by one of these, and for whom it is depends on whose that is.
SELECT id, account_id FROM connector WHERE id = ANY (%(ids)s) AND account_id IS NOT NULL;

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

-- name: hold_connector
-- all accounts: whose it is, `get_connector` says.
SELECT FROM connector WHERE id = %(id)s FOR UPDATE;

-- name: pause
-- all accounts: a provider refuses a connector, whosesoever it is. One that is paused keeps what was said first; one that
-- was changed since is not meant, where we know by which revision it was used.
UPDATE connector SET paused_at = %(now)s, paused_reason = %(reason)s, revision = revision + 1
WHERE id = %(id)s AND paused_at IS NULL AND (%(revision)s::integer IS NULL OR revision = %(revision)s)
RETURNING account_id, name;

-- name: resume
-- all accounts: whoever may resume it was found by `get_connector`.
UPDATE connector SET paused_at = NULL, paused_reason = NULL, revision = revision + 1
WHERE id = %(id)s AND paused_at IS NOT NULL;

-- name: note_test
-- all accounts: as above. Not of a connector that leads elsewhere since the test began.
UPDATE connector SET tested_at = %(now)s, paused_at = NULL, paused_reason = NULL,
    revision = revision + CASE WHEN paused_at IS NULL THEN 0 ELSE 1 END
WHERE id = %(id)s AND revision = %(revision)s;

-- name: write_callback_token
-- all accounts: as above.
UPDATE connector SET callback_token_hash = %(token_hash)s, sealed_callback_token = %(sealed)s, revision = revision + 1
WHERE id = %(id)s;

-- name: uses
-- all accounts: of a connector of everybody's anybody's messages may be under way.
SELECT EXISTS (SELECT FROM queue WHERE connector_id = %(id)s) OR EXISTS (SELECT FROM held WHERE connector_id = %(id)s),
    EXISTS (SELECT FROM flight WHERE connector_id = %(id)s),
    EXISTS (SELECT FROM submission WHERE connector_id = %(id)s),
    EXISTS (SELECT FROM sender_connector WHERE connector_id = %(id)s),
    EXISTS (SELECT FROM inbound_group WHERE connector_id = %(id)s),
    EXISTS (SELECT FROM stock_number WHERE connector_id = %(id)s AND is_bought);

-- name: delete_connector
-- all accounts: as above.
DELETE FROM connector WHERE id = %(id)s;

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

-- name: note_bind
-- all accounts: dispatchers serve everybody. Over SMPP a bind that succeeds is the test (R128).
UPDATE connector SET tested_at = %(now)s WHERE id = %(id)s AND kind = 'smpp' AND tested_at IS NULL;

-- name: links
-- all accounts: ids were found for the account that asks; of others' connectors it learns what links do, and not why.
SELECT link.connector_id, link.number, link.state,
    CASE WHEN %(reasons_for)s::uuid IS NULL OR connector.account_id = %(reasons_for)s::uuid THEN link.detail ELSE '' END,
    link.since
FROM link JOIN connector ON connector.id = link.connector_id WHERE link.connector_id = ANY (%(ids)s)
ORDER BY link.connector_id, link.number;

-- name: drop_links
-- Links beyond the number of binds, after that number was lowered.
DELETE FROM link WHERE connector_id = %(connector_id)s AND number >= %(count)s;
