-- Statements for an account that the operator suspends: what waits of it is held until infinity, under its own reason.

-- name: hold_account_aside
-- What waited for its own time, or for a carrier. What somebody is to read first, and what its campaign holds, stays so.
WITH taken AS (
    UPDATE held SET until = 'infinity', is_scheduled = true
    WHERE id = ANY (ARRAY(
        SELECT held.id FROM held JOIN message ON message.id = held.id
        WHERE held.share = %(share)s AND message.account_id = %(account_id)s
            AND held.until < 'infinity' AND NOT held.for_review
        LIMIT %(limit)s FOR UPDATE OF held))
    RETURNING id
)
SELECT message.id, message.version, message.state::text FROM taken JOIN message ON message.id = taken.id;

-- name: hold_account_queued
WITH taken AS (
    DELETE FROM queue WHERE ctid = ANY (ARRAY(
        SELECT queue.ctid FROM queue JOIN message ON message.id = queue.id
        WHERE queue.share = %(share)s AND message.account_id = %(account_id)s
        LIMIT %(limit)s FOR UPDATE OF queue))
    RETURNING *
), kept AS (
    INSERT INTO held (connector_id, lane, share, id, campaign_id, segments, until, number, is_scheduled)
    SELECT connector_id, lane, share, id, campaign_id, segments, 'infinity', number, true FROM taken
)
SELECT message.id, message.version, message.state::text FROM taken JOIN message ON message.id = taken.id;

-- name: held_of
-- A slice of what the suspension holds, locked against whoever cancels a campaign meanwhile; and what a restore held of
-- the account, which the operator's word then left to the end of the suspension.
SELECT held.id, NULL::timestamptz, held.number FROM held JOIN message ON message.id = held.id
WHERE held.share = %(share)s AND message.account_id = %(account_id)s AND message.reason IN ('account_suspended', 'after_restore')
    AND held.until = 'infinity' AND NOT held.for_review
LIMIT %(limit)s FOR UPDATE OF held;

-- name: campaigns_held_of
SELECT DISTINCT held.campaign_id FROM held JOIN message ON message.id = held.id
WHERE held.share = %(share)s AND message.account_id = %(account_id)s AND message.reason IN ('account_suspended', 'after_restore')
    AND held.until = 'infinity';

-- name: running_of
SELECT id FROM campaign WHERE account_id = %(account_id)s AND state = 'running' ORDER BY id;

-- name: suspended_of
SELECT id FROM campaign
WHERE account_id = %(account_id)s AND state = 'paused' AND reason = 'account_suspended' ORDER BY id;
