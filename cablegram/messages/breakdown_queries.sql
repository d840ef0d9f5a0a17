-- What became of a campaign's messages by all that tells them apart: statements that look at each of them, so they are
-- asked behind the page's back.

-- name: breakdown
-- One look at each message: cells of those that have everything in common, then sums of the cells. A delay's step is
-- campaigns/percentiles.py's.
WITH cell AS MATERIALIZED (
    SELECT country, connector_id, src, state, reason, coalesce(gateway_segments, segments) AS segments,
        campaign_variant(
            campaign_id, contact_id, %(variant_cuts)s::bigint[], %(sample_below)s::bigint, %(won)s::smallint
        ) AS variant,
        CASE WHEN state = 'delivered' AND finished_at >= submitted_at THEN greatest(0, ceil(
            ln(greatest(extract(epoch FROM finished_at - submitted_at)::float8 * 1000, 0.5)) / ln(1.05::float8)
        ))::integer END AS step,
        count(*) AS n, sum(price)::bigint AS price
    FROM message WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
)
SELECT 'country', country, state::text, NULL::integer, sum(n)::bigint, sum(price)::bigint, sum(n * segments)::bigint
FROM cell GROUP BY country, state
UNION ALL
SELECT 'connector', coalesce(connector_id::text, ''), state::text, NULL, sum(n), sum(price), sum(n * segments)
FROM cell WHERE state <> 'skipped' GROUP BY connector_id, state
UNION ALL
SELECT 'sender', src, state::text, NULL, sum(n), sum(price), sum(n * segments)
FROM cell WHERE state <> 'skipped' GROUP BY src, state
UNION ALL
SELECT 'segments', segments::text, state::text, NULL, sum(n), sum(price), sum(n * segments)
FROM cell WHERE state <> 'skipped' GROUP BY segments, state
UNION ALL
SELECT 'variant', variant::text, state::text, NULL, sum(n), sum(price), sum(n * segments)
FROM cell WHERE variant IS NOT NULL AND state <> 'skipped' GROUP BY variant, state
UNION ALL
SELECT 'reason', coalesce(reason, ''), state::text, NULL, sum(n), sum(price), sum(n * segments)
FROM cell WHERE state IN ('skipped', 'undelivered', 'expired', 'rejected', 'failed', 'cancelled', 'scheduled', 'unknown')
GROUP BY reason, state
UNION ALL
SELECT 'all', '', 'delivered', step, sum(n), 0, 0 FROM cell WHERE step IS NOT NULL GROUP BY step
UNION ALL
SELECT 'country', country, 'delivered', step, sum(n), 0, 0 FROM cell WHERE step IS NOT NULL GROUP BY country, step
UNION ALL
SELECT 'connector', coalesce(connector_id::text, ''), 'delivered', step, sum(n), 0, 0
FROM cell WHERE step IS NOT NULL GROUP BY connector_id, step;

-- name: rates
-- How many parts carriers took a second while a campaign went by each connector: the middle one of its spans of ten
-- seconds. Of connectors that had little to take there is none.
SELECT connector_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY taken) / 10 FROM (
    SELECT connector_id, sum(segments)::float8 AS taken FROM message
    WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s AND submitted_at IS NOT NULL
        AND connector_id IS NOT NULL
    GROUP BY connector_id, date_bin('10 seconds', submitted_at, '2000-01-01')
) AS span GROUP BY connector_id HAVING count(*) >= 3 AND sum(taken) >= %(least)s;

-- name: answers
-- People who wrote back, and people who said no by themselves, by country and text of the message. What somebody says
-- belongs to the last message of any campaign that they had got by then (where they wrote: from the number they wrote
-- to), if that is this campaign's and some days old at most. What says no is kept in two places, where it bars and as
-- evidence, and counts once.
WITH said AS (
    SELECT src AS number, ltrim(dst, '+') AS sender, received_at AS at, true AS is_reply FROM inbound_text
    WHERE %(with_replies)s::boolean AND account_id = %(account_id)s AND id >= %(since_id)s
        AND (rule IS NULL OR rule <> ALL (%(refusals)s::text[]))
    UNION ALL
    SELECT number, NULL, added_at, false FROM blacklist
    WHERE account_id = %(account_id)s AND id >= %(since_id)s AND how IN ('stop', 'review')
    UNION ALL
    SELECT number, NULL, at, false FROM evidence
    WHERE account_id = %(account_id)s AND id >= %(since_id)s AND kind = 'opt_out' AND number IS NOT NULL
        AND how IN ('text', 'page', 'carrier', 'provider')
)
SELECT last.country, campaign_variant(
        %(campaign_id)s, last.contact_id, %(variant_cuts)s::bigint[], %(sample_below)s::bigint, %(won)s::smallint
    ), count(DISTINCT said.number) FILTER (WHERE said.is_reply), count(DISTINCT said.number) FILTER (WHERE NOT said.is_reply)
FROM said
CROSS JOIN LATERAL (
    SELECT campaign_id, contact_id, country, coalesce(claimed_at, submitted_at) AS went_at FROM message
    WHERE message.account_id = %(account_id)s AND message.dst = said.number AND message.id >= %(since_id)s
        AND message.campaign_id IS NOT NULL AND coalesce(message.claimed_at, message.submitted_at) <= said.at
        AND (said.sender IS NULL OR ltrim(message.src, '+') = said.sender)
    ORDER BY message.id DESC LIMIT 1
) AS last
WHERE last.campaign_id = %(campaign_id)s AND said.at < last.went_at + %(within)s
    AND (%(until)s::timestamptz IS NULL OR said.at < %(until)s)
GROUP BY 1, 2;

-- name: ahead
-- all accounts: what waits before an account's next message on these connectors: more urgent lanes, and its own share of
-- its lane. Counted up to a limit.
SELECT asked.connector_id, (
    SELECT coalesce(sum(waiting.segments), 0) FROM (
        -- Apart, so that what waits behind it is not looked at.
        (SELECT segments FROM queue WHERE queue.connector_id = asked.connector_id AND lane < %(lane)s LIMIT %(most)s)
        UNION ALL
        (SELECT segments FROM queue WHERE queue.connector_id = asked.connector_id AND lane = %(lane)s
            AND share = %(share)s LIMIT %(most)s)
        LIMIT %(most)s
    ) AS waiting
) FROM unnest(%(connector_ids)s::uuid[]) AS asked (connector_id);

-- name: people
-- Whose message is in a state for a reason, of so many that are looked at from a place on; and the last of those.
WITH looked AS MATERIALIZED (
    SELECT id, dst, country, state, reason FROM message
    WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s AND (%(after)s::uuid IS NULL OR id > %(after)s)
    ORDER BY id LIMIT %(most)s
)
SELECT ends.n, ends.last::uuid, found.id, found.dst, found.country
FROM (SELECT count(*) AS n, max(id::text) AS last FROM looked) AS ends LEFT JOIN LATERAL (
    SELECT id, dst, country FROM looked
    WHERE state = %(state)s::message_state AND coalesce(reason, '') = %(reason)s ORDER BY id LIMIT %(limit)s
) AS found ON true ORDER BY found.id;

-- name: states
-- How a campaign's messages moved between states, by steps of time: what came into each less what left it.
SELECT to_timestamp(floor(extract(epoch FROM at) / %(step)s) * %(step)s), state::text, sum(n) FROM progress
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s GROUP BY 1, 2 ORDER BY 1;

-- name: lasted
-- When the first and the last of a campaign's messages moved.
SELECT min(at), max(at) FROM progress WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s;
