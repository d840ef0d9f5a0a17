-- Statements about messages that wait for their time. Each reaches its rows by key, as those of queries.sql.

-- name: next_due
-- all accounts: what waits for a moment, whoever's. What a restore held waits for no moment.
SELECT least(
    (SELECT min(until) FROM held WHERE until < 'infinity' AND NOT is_scheduled),
    (SELECT min(until) FROM held WHERE until < 'infinity' AND is_scheduled),
    (SELECT min(closes_at) FROM queue WHERE closes_at > '-infinity')
);

-- name: where_due
-- all accounts: what waited for its time, or closes, whoever's it is: of which campaigns and shares.
SELECT DISTINCT campaign_id, share FROM (
    (SELECT campaign_id, share FROM held WHERE is_scheduled AND until <= %(now)s ORDER BY until LIMIT %(limit)s)
    UNION ALL
    (SELECT campaign_id, share FROM queue WHERE closes_at <= %(now)s ORDER BY closes_at LIMIT %(limit)s)
) AS due;

-- name: lock_due
-- all accounts: see where_due. Whoever cancels a message of them at this moment has it.
SELECT id, until, number FROM held
WHERE is_scheduled AND until <= %(now)s AND share = ANY (%(shares)s)
    AND (campaign_id IS NULL OR campaign_id = ANY (%(campaigns)s))
ORDER BY until LIMIT %(limit)s FOR UPDATE SKIP LOCKED;

-- name: lock_closed
-- all accounts: see where_due. What a claim has locked it found open.
SELECT id, NULL::timestamptz, number FROM queue
WHERE closes_at <= %(now)s AND share = ANY (%(shares)s)
    AND (campaign_id IS NULL OR campaign_id = ANY (%(campaigns)s))
ORDER BY closes_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED;

-- name: lock_late
-- What was late and waits for somebody's word, of an account or of one campaign; of campaigns alone that the caller has
-- locked: whoever pauses or cancels another one may wait for these rows.
SELECT held.id, NULL::timestamptz, held.number FROM held CROSS JOIN LATERAL (
    SELECT FROM message WHERE message.id = held.id AND message.account_id = %(account_id)s LIMIT 1
) AS its
WHERE is_scheduled AND until IS NULL AND share = %(share)s::smallint
    AND (%(campaign_id)s::uuid IS NULL OR campaign_id = %(campaign_id)s)
    AND (campaign_id IS NULL OR campaign_id = ANY (%(campaigns)s::uuid[]))
ORDER BY held.id LIMIT %(limit)s FOR UPDATE OF held SKIP LOCKED;

-- name: where_late
SELECT DISTINCT late.campaign_id FROM (
    SELECT id, campaign_id FROM held
    WHERE is_scheduled AND until IS NULL AND share = %(share)s::smallint
        AND (%(campaign_id)s::uuid IS NULL OR campaign_id = %(campaign_id)s)
    OFFSET 0
) AS late CROSS JOIN LATERAL (
    SELECT FROM message WHERE message.id = late.id AND message.account_id = %(account_id)s LIMIT 1
) AS its
WHERE late.campaign_id IS NOT NULL;

-- name: mark_late
-- all accounts: see timed; the caller has locked them.
UPDATE held SET until = NULL WHERE id = ANY (%(ids)s);

-- name: count_late
SELECT count(*) FROM held CROSS JOIN LATERAL (
    SELECT FROM message WHERE message.id = held.id AND message.account_id = %(account_id)s LIMIT 1
) AS its
WHERE is_scheduled AND until IS NULL AND share = %(share)s::smallint
    AND (%(campaign_id)s::uuid IS NULL OR campaign_id = %(campaign_id)s);

-- name: timed
-- all accounts: what waits, whoever's.
SELECT id, version, state::text, account_id, campaign_id, connector_id, class::text, segments, dst, country, accepted_at,
    reason
FROM message WHERE id = ANY (%(ids)s);

-- name: timings
-- all accounts: see timed.
SELECT id, schedule, not_before, expires_at, validity, when_closed, time_zone FROM message_timing
WHERE id = ANY (%(ids)s);

-- name: waits
-- all accounts: see timed; the caller has read these messages of its account.
SELECT id, until FROM held WHERE id = ANY (%(ids)s) AND until < 'infinity';

-- name: take_held
-- all accounts: see timed; the caller has locked them.
DELETE FROM held WHERE id = ANY (%(ids)s);

-- name: take_closed
-- all accounts: see timed; the caller has locked them. By the index of what closes: the queue has none by id alone.
DELETE FROM queue WHERE closes_at <= %(now)s AND id = ANY (%(ids)s);

-- name: insert_timings
-- all accounts: ids of their messages, or of a campaign.
INSERT INTO message_timing (id, schedule, not_before, expires_at, validity, when_closed, time_zone)
SELECT id, schedule::jsonb, not_before, expires_at, make_interval(secs => seconds), when_closed, time_zone
FROM unnest(%(ids)s::uuid[], %(schedules)s::text[], %(begins)s::timestamptz[], %(ends)s::timestamptz[],
    %(seconds)s::bigint[], %(closed)s::text[], %(zones)s::text[])
    AS new (id, schedule, not_before, expires_at, seconds, when_closed, time_zone);

-- name: delete_timing
-- all accounts: the campaign was just held as the account's.
DELETE FROM message_timing WHERE id = %(id)s;

-- name: forget_timings
-- all accounts: a slice of what messages were told that ended long ago; they go nowhere any more. What campaigns were told
-- stays with them. Returns the slice's last id, if it was a full one.
WITH slice AS MATERIALIZED (
    SELECT id FROM message_timing WHERE id > %(after)s::uuid AND id < %(before)s::uuid ORDER BY id LIMIT %(limit)s::integer
), ended AS (
    SELECT slice.id FROM slice CROSS JOIN LATERAL (
        SELECT finished_at FROM message WHERE message.id = slice.id AND state::text = ANY (%(finals)s::text[]) LIMIT 1
    ) AS its
    WHERE its.finished_at < %(ended_before)s::timestamptz
), gone AS (
    DELETE FROM message_timing WHERE id = ANY (ARRAY(SELECT id FROM ended))
)
SELECT id FROM slice ORDER BY id OFFSET %(limit)s::integer - 1 LIMIT 1;

-- name: withdraw_one
-- all accounts: the caller has read the message of its account. What a claim has locked is waited for, and then gone.
WITH queued AS (
    DELETE FROM queue
    WHERE connector_id = %(connector_id)s AND lane = %(lane)s::smallint AND share = %(share)s::smallint AND id = %(id)s
    RETURNING id
), aside AS (
    DELETE FROM held WHERE id = %(id)s RETURNING id
)
SELECT id FROM queued UNION ALL SELECT id FROM aside;
