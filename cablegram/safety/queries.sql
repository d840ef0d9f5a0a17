-- Statements for the operator's stop, and for the time after a restore. Messages that a restore holds wait in `held`
-- until infinity: no time and no campaign that resumes lets them go. A stop moves nothing: it must take no time.

-- name: bar_resending
-- all accounts: of what was in question at the restore nobody knows whether it was sent again since the backup.
UPDATE message SET reason = 'restored' WHERE id = ANY (ARRAY(SELECT id FROM flight WHERE is_unknown));

-- name: standstill
SELECT value ->> 'since', (value ->> 'held')::bigint, (value ->> 'unknown')::bigint, (value ->> 'campaigns')::bigint
FROM installation WHERE name = 'after_restore';

-- name: begin
INSERT INTO installation (name, value) VALUES ('after_restore', %(value)s::jsonb)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: end
DELETE FROM installation WHERE name = 'after_restore';

-- name: stop
-- The row that every claim looks for (room dispatch); who stops what is stopped changes nothing.
INSERT INTO installation (name, value) VALUES ('sending_stopped', %(value)s::jsonb) ON CONFLICT DO NOTHING;

-- name: await_claims
-- Every claim writes to `flight` and holds its lock until it commits. Who gets this one has outlived all that began
-- before, and those that begin after it see the stop.
LOCK TABLE flight IN SHARE MODE;

-- name: go_on
DELETE FROM installation WHERE name = 'sending_stopped' RETURNING value ->> 'since';

-- name: wake_dispatchers
SELECT pg_notify('cablegram_queue', '');

-- name: hold_queued
-- all accounts: whatever waits may have been sent since the backup.
WITH taken AS (
    DELETE FROM queue WHERE ctid = ANY (ARRAY(SELECT ctid FROM queue LIMIT %(limit)s)) RETURNING *
), kept AS (
    INSERT INTO held (connector_id, lane, share, id, campaign_id, segments, until, number, is_scheduled)
    SELECT connector_id, lane, share, id, campaign_id, segments, 'infinity', number, true FROM taken
)
SELECT message.id, message.version, message.state::text FROM taken JOIN message ON message.id = taken.id;

-- name: hold_aside
-- all accounts: also what waited for its campaign, for its own time, or for a carrier that had asked for some.
WITH taken AS (
    UPDATE held SET until = 'infinity', is_scheduled = true, for_review = false
    WHERE id = ANY (ARRAY(SELECT id FROM held WHERE until IS DISTINCT FROM 'infinity' OR for_review LIMIT %(limit)s))
    RETURNING id
)
SELECT message.id, message.version, message.state::text FROM taken JOIN message ON message.id = taken.id;

-- name: held
-- all accounts: a slice of what is held, locked against whoever cancels a campaign meanwhile.
SELECT id, NULL::timestamptz, number FROM held WHERE until = 'infinity' AND NOT for_review LIMIT %(limit)s FOR UPDATE;

-- name: held_to_go
-- all accounts: as above, without those that are suspended: theirs wait for the end of that.
SELECT held.id, NULL::timestamptz, held.number FROM held
JOIN message ON message.id = held.id JOIN account ON account.id = message.account_id
WHERE held.until = 'infinity' AND NOT held.for_review AND account.suspended_at IS NULL
LIMIT %(limit)s FOR UPDATE OF held;

-- name: campaigns_of
SELECT DISTINCT campaign_id, share FROM held WHERE until = 'infinity' AND NOT for_review;

-- name: take_out
-- all accounts: the operator's word is for everybody.
WITH taken AS (DELETE FROM held WHERE id = ANY (%(ids)s) RETURNING id)
SELECT message.id, message.version FROM taken JOIN message ON message.id = taken.id;

-- name: count_held
SELECT count(*) FROM held WHERE until = 'infinity' AND NOT for_review;

-- name: running_campaigns
-- all accounts: a campaign that goes on from a checkpoint of the past would write to people a second time.
SELECT account_id, id FROM campaign WHERE state = 'running' ORDER BY id;

-- name: stopped_campaigns
-- all accounts: those that only the restore had stopped.
SELECT account_id, id FROM campaign WHERE state = 'paused' AND reason = 'after_restore' ORDER BY id;

-- name: sealed
-- all accounts: whether the key at hand opens what was sealed with another installation's.
SELECT id, name, sealed_secret FROM connector WHERE sealed_secret IS NOT NULL ORDER BY name;
