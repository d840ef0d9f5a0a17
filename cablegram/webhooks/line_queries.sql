-- Statements of the webhooks room about what is made, waits and is sent.

-- name: is_there_news
-- all accounts: who passes news on does so for all.
SELECT EXISTS (SELECT FROM listened), EXISTS (SELECT FROM message_news) OR EXISTS (
    SELECT FROM event WHERE webhooks_at IS NULL
);

-- name: try_to_make
-- One at a time makes deliveries, so that sequences are in the order of what happened.
SELECT pg_try_advisory_xact_lock(7421, 0);

-- name: listeners
-- all accounts: those that news are about.
SELECT id, account_id, kinds FROM webhook_endpoint WHERE account_id = ANY (%(accounts)s) ORDER BY id;

-- name: jump
-- all accounts: the whole installation was restored. Locked in the order of ids, as below.
WITH before AS MATERIALIZED (
    SELECT endpoint_id, sequence FROM webhook_line WHERE sequence < %(sequence)s ORDER BY endpoint_id FOR UPDATE
)
UPDATE webhook_line SET sequence = %(sequence)s
FROM before JOIN webhook_endpoint ON webhook_endpoint.id = before.endpoint_id
WHERE webhook_line.endpoint_id = before.endpoint_id
RETURNING webhook_line.endpoint_id, account_id, CASE url WHEN '' THEN topic ELSE url END, before.sequence;

-- name: number
-- all accounts: those that news are about.
-- Sequences for so many events each. Lines are locked by it: nobody switches them on or off until the commit. Locked in
-- the order of their ids, as everybody locks several, so that nobody waits in a circle.
WITH wanted AS (
    SELECT * FROM unnest(%(endpoints)s::uuid[], %(ns)s::bigint[]) AS w (endpoint_id, n)
), locked AS MATERIALIZED (
    SELECT endpoint_id, sequence FROM webhook_line WHERE endpoint_id = ANY (%(endpoints)s::uuid[])
    ORDER BY endpoint_id FOR UPDATE
)
UPDATE webhook_line SET sequence = locked.sequence + wanted.n
FROM locked JOIN wanted USING (endpoint_id)
WHERE webhook_line.endpoint_id = locked.endpoint_id
RETURNING webhook_line.endpoint_id, locked.sequence;

-- name: on_and_how
-- all accounts: see number. Whether events wait for them, are only kept, or (of a stream) neither.
SELECT id, is_enabled, transport FROM webhook_endpoint WHERE id = ANY (%(endpoints)s);

-- name: copy_events
-- all accounts: each row names its own.
COPY webhook_event (id, endpoint_id, account_id, sequence, kind, at, subject, data) FROM STDIN (FORMAT BINARY);

-- name: copy_queue
COPY webhook_queue (endpoint_id, next_at, id, tries) FROM STDIN (FORMAT BINARY);

-- name: copy_missed
COPY webhook_missed (endpoint_id, id) FROM STDIN (FORMAT BINARY);

-- name: texts
-- all accounts: texts that news are about.
-- Each with the last message between the same two in the month before: what it most likely answers.
SELECT heard.id, heard.src, heard.dst, heard.body, heard.parts, heard.media_urls, heard.rule, heard.contact_id,
    heard.program_id, heard.received_at, said.id, said.client_ref, said.campaign_id
FROM inbound_text AS heard LEFT JOIN LATERAL (
    SELECT message.id, message.client_ref, message.campaign_id FROM message
    WHERE message.account_id = heard.account_id AND message.dst = heard.src AND lower(message.src) = lower(heard.dst)
        AND message.id < heard.id AND message.state NOT IN ('skipped', 'cancelled')
        AND message.accepted_at > heard.received_at - interval '30 days'
    ORDER BY message.id DESC LIMIT 1
) AS said ON true
WHERE heard.id = ANY (%(ids)s);

-- name: campaign_names
-- all accounts: campaigns that news are about.
SELECT id, name FROM campaign WHERE id = ANY (%(ids)s);

-- name: new_worker
SELECT nextval('webhook_worker')::integer;

-- name: hold_worker_lock
-- Held by this session until it ends: its end is the only sign of death that others believe.
SELECT pg_try_advisory_lock(7421, %(worker)s);

-- name: still_here
SELECT 1;

-- name: own
-- all accounts: whoever sends does so for all.
-- Take lines that have something due and that nobody has, or whose worker is dead.
WITH alive AS (
    SELECT objid::bigint AS worker FROM pg_locks
    WHERE locktype = 'advisory' AND classid = 7421 AND objsubid = 2 AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
)
UPDATE webhook_line SET worker = %(worker)s
WHERE endpoint_id IN (
    SELECT line.endpoint_id FROM webhook_line AS line JOIN webhook_endpoint AS endpoint ON endpoint.id = line.endpoint_id
    WHERE endpoint.is_enabled AND endpoint.transport <> 'stream'
        AND (line.worker IS NULL OR line.worker <> %(worker)s AND line.worker NOT IN (SELECT worker FROM alive))
        AND EXISTS (
            SELECT FROM webhook_queue WHERE webhook_queue.endpoint_id = line.endpoint_id AND next_at <= %(now)s
        )
    LIMIT %(limit)s FOR UPDATE OF line SKIP LOCKED
);

-- name: targets
-- all accounts: see own.
SELECT id, account_id, transport, form, url, topic, secret, old_secret, old_until, is_enabled
FROM webhook_endpoint JOIN webhook_line ON endpoint_id = id WHERE worker = %(worker)s;

-- name: let_go
-- all accounts: see own.
WITH locked AS MATERIALIZED (
    SELECT endpoint_id FROM webhook_line WHERE endpoint_id = ANY (%(endpoints)s::uuid[]) AND worker = %(worker)s
    ORDER BY endpoint_id FOR UPDATE
)
UPDATE webhook_line SET worker = NULL FROM locked WHERE webhook_line.endpoint_id = locked.endpoint_id;

-- name: due
-- all accounts: see own.
-- What is to be sent, of each line that is ours still as much as it has room for, oldest first; `busy` is at hand already.
SELECT line.endpoint_id, waiting.id, waiting.next_at, waiting.tries, told.kind, told.at, told.sequence, told.data
FROM unnest(%(endpoints)s::uuid[], %(rooms)s::integer[]) AS asked (endpoint_id, room)
CROSS JOIN LATERAL (
    SELECT endpoint_id FROM webhook_line
    WHERE webhook_line.endpoint_id = asked.endpoint_id AND worker = %(worker)s LIMIT 1
) AS line
CROSS JOIN LATERAL (
    SELECT id, next_at, tries FROM webhook_queue
    WHERE webhook_queue.endpoint_id = asked.endpoint_id AND next_at <= %(now)s AND id <> ALL (%(busy)s::uuid[])
    ORDER BY next_at, id LIMIT asked.room
) AS waiting
CROSS JOIN LATERAL (
    SELECT kind, at, sequence, data FROM webhook_event WHERE webhook_event.id = waiting.id LIMIT 1
) AS told
ORDER BY line.endpoint_id, waiting.next_at, waiting.id;

-- name: record
-- all accounts: what this worker sent.
-- Write attempts down. What was taken, or is given up, leaves the queue; the rest waits for its next time. Rows are found
-- by their keys, and a row that is not there any more (its endpoint was switched off meanwhile) is left alone.
WITH told AS (
    SELECT * FROM unnest(%(endpoints)s::uuid[], %(ids)s::uuid[], %(keys)s::timestamptz[], %(tries)s::smallint[],
        %(ats)s::timestamptz[], %(oks)s::boolean[], %(statuses)s::smallint[], %(times)s::integer[], %(answers)s::text[],
        %(errors)s::text[], %(nexts)s::timestamptz[])
        AS t (endpoint_id, id, next_at, try, at, is_ok, status, milliseconds, answer, error, again_at)
), there AS MATERIALIZED (
    SELECT told.*, waiting.place FROM told CROSS JOIN LATERAL (
        SELECT webhook_queue.ctid AS place FROM webhook_queue
        WHERE webhook_queue.endpoint_id = told.endpoint_id AND webhook_queue.next_at = told.next_at
            AND webhook_queue.id = told.id
        LIMIT 1 FOR UPDATE
    ) AS waiting
), gone AS (
    DELETE FROM webhook_queue WHERE ctid = ANY (ARRAY(SELECT place FROM there))
), later AS (
    INSERT INTO webhook_queue (endpoint_id, next_at, id, tries)
    SELECT endpoint_id, again_at, id, try FROM there WHERE NOT is_ok AND again_at IS NOT NULL
), missed AS (
    INSERT INTO webhook_missed (endpoint_id, id)
    SELECT endpoint_id, id FROM there WHERE NOT is_ok AND again_at IS NULL
    ON CONFLICT DO NOTHING
), found AS (
    DELETE FROM webhook_missed WHERE (endpoint_id, id) IN (SELECT endpoint_id, id FROM told WHERE is_ok)
)
INSERT INTO webhook_attempt (delivery_id, endpoint_id, at, try, is_ok, status, milliseconds, answer, error)
SELECT id, endpoint_id, at, try, is_ok, status, milliseconds, answer, error FROM told;

-- name: feel
-- all accounts: what this worker sent.
-- How lines fare, by what came of a batch, and for how long some take nothing.
WITH told AS (
    SELECT * FROM unnest(%(endpoints)s::uuid[], %(takens)s::integer[], %(faileds)s::integer[])
        AS t (endpoint_id, taken, failed)
), counted AS (
    INSERT INTO webhook_pulse (endpoint_id, hour, taken, failed)
    SELECT endpoint_id, date_trunc('hour', %(now)s::timestamptz, 'UTC'), taken, failed FROM told
    ON CONFLICT (endpoint_id, hour) DO UPDATE
        SET taken = webhook_pulse.taken + excluded.taken, failed = webhook_pulse.failed + excluded.failed
), locked AS MATERIALIZED (
    SELECT endpoint_id FROM webhook_line WHERE endpoint_id = ANY (%(endpoints)s::uuid[]) ORDER BY endpoint_id FOR UPDATE
)
UPDATE webhook_line SET
    failing_since = CASE WHEN told.taken = 0 THEN coalesce(failing_since, %(now)s::timestamptz) END,
    last_ok_at = CASE WHEN told.taken > 0 THEN %(now)s::timestamptz ELSE last_ok_at END
FROM locked JOIN told USING (endpoint_id) WHERE webhook_line.endpoint_id = locked.endpoint_id
RETURNING webhook_line.endpoint_id, failing_since;

-- name: lock_line
-- all accounts: the caller knows whose it is.
-- Whoever switches an endpoint on or off, before all else: nothing is made for it meanwhile.
SELECT endpoint_id FROM webhook_line WHERE endpoint_id = %(endpoint_id)s FOR UPDATE;

-- name: switch_off
-- all accounts: the caller knows whose it is.
-- What waits is kept, to be sent when somebody asks for it. No row: it is off already.
WITH switched AS (
    UPDATE webhook_endpoint SET is_enabled = false, off_reason = %(reason)s, off_at = %(now)s
    WHERE id = %(endpoint_id)s AND is_enabled
    RETURNING id, account_id, url
), kept AS (
    DELETE FROM webhook_queue WHERE endpoint_id IN (SELECT id FROM switched) RETURNING endpoint_id, id
), missed AS (
    INSERT INTO webhook_missed (endpoint_id, id) SELECT endpoint_id, id FROM kept ON CONFLICT DO NOTHING
)
SELECT account_id, url FROM switched;

-- name: switch_on
-- all accounts: the caller knows whose it is.
WITH switched AS (
    UPDATE webhook_endpoint SET is_enabled = true, off_reason = '', off_at = NULL WHERE id = %(endpoint_id)s
    RETURNING id
)
UPDATE webhook_line SET failing_since = NULL FROM switched WHERE endpoint_id = switched.id;
