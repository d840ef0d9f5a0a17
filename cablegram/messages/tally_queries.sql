-- Sums of the log of counts, and keeping it short.

-- name: counts
-- Sum the log of counts for one campaign.
SELECT state::text, sum(n), sum(amount) FROM progress
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s GROUP BY state;

-- name: account_counts
-- Sum the log of counts for an account.
SELECT state::text, sum(n), sum(amount) FROM progress WHERE account_id = %(account_id)s GROUP BY state;

-- name: resent
-- How many messages were sent again by the operator's policy, of an account or of one campaign.
SELECT count(*) FROM resend
WHERE account_id = %(account_id)s AND (%(campaign_id)s::uuid IS NULL OR campaign_id = %(campaign_id)s);

-- name: series
-- What happened in a campaign second by second: messages that came into a state.
SELECT date_trunc('second', at), state::text, sum(n) FROM progress
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s AND n > 0
    AND state IN ('submitted', 'delivered') AND at >= %(since)s
GROUP BY 1, 2 ORDER BY 1;

-- name: fold_progress
-- all accounts: the log of counts is everybody's.
-- Add rows of the same second together once they are a few seconds old; they then stand at the second, and are not
-- looked at again. The sums stay what they were.
WITH old AS (
    DELETE FROM progress WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM progress
        WHERE date_trunc('second', at AT TIME ZONE 'UTC') <> at AT TIME ZONE 'UTC' AND at < %(before)s
        ORDER BY at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ))
    RETURNING *
)
INSERT INTO progress (at, account_id, campaign_id, state, n, amount, segments)
SELECT date_trunc('second', at), account_id, campaign_id, state, sum(n), sum(amount), sum(segments) FROM old
GROUP BY date_trunc('second', at), account_id, campaign_id, state, sign(n);

-- name: fold_seconds
-- all accounts: the log of counts is everybody's.
-- Add rows that stand at a second to those of their minute.
WITH old AS (
    DELETE FROM progress WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM progress
        WHERE date_trunc('second', at AT TIME ZONE 'UTC') = at AT TIME ZONE 'UTC'
            AND date_trunc('minute', at AT TIME ZONE 'UTC') <> at AT TIME ZONE 'UTC' AND at < %(before)s
        ORDER BY at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ))
    RETURNING *
), added AS (
    INSERT INTO progress (at, account_id, campaign_id, state, n, amount, segments)
    SELECT date_trunc('minute', at), account_id, campaign_id, state, sum(n), sum(amount), sum(segments) FROM old
    GROUP BY 1, account_id, campaign_id, state, sign(n)
)
SELECT count(*) FROM old;

-- name: fold_minutes
-- all accounts: the log of counts is everybody's.
-- Add rows that stand at a minute to those of their hour, for a campaign's line; others to those of their day.
WITH old AS (
    DELETE FROM progress WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM progress
        WHERE date_trunc('minute', at AT TIME ZONE 'UTC') = at AT TIME ZONE 'UTC'
            AND date_trunc(CASE WHEN campaign_id IS NULL THEN 'day' ELSE 'hour' END, at AT TIME ZONE 'UTC')
                <> at AT TIME ZONE 'UTC'
            AND at < %(before)s
        ORDER BY at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ))
    RETURNING *
), added AS (
    INSERT INTO progress (at, account_id, campaign_id, state, n, amount, segments)
    SELECT date_trunc(CASE WHEN campaign_id IS NULL THEN 'day' ELSE 'hour' END, at), account_id, campaign_id, state,
        sum(n), sum(amount), sum(segments)
    FROM old GROUP BY 1, account_id, campaign_id, state, sign(n)
)
SELECT count(*) FROM old;

-- name: counts_since
-- What moved in an account from a moment on: messages that came into a state less those that left it.
SELECT state::text, sum(n), sum(amount) FROM progress
WHERE account_id = %(account_id)s AND at >= %(since)s GROUP BY state;

-- name: segments
-- How many segments the gateways count of all that was accepted, of an account or of one of its campaigns (R44).
SELECT coalesce(sum(segments), 0) FROM progress
WHERE account_id = %(account_id)s AND (%(campaign_id)s::uuid IS NULL OR campaign_id = %(campaign_id)s);

-- name: made_since
-- How many of a campaign's messages were accepted since one moment, and of these since a later one. The id is what the
-- index knows; the moment decides.
SELECT count(*), count(*) FILTER (WHERE accepted_at > %(later)s) FROM message
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s AND id >= %(since_id)s AND accepted_at > %(since)s
    AND state <> 'skipped';
