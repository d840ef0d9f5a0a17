-- Statements on the way of a message. Each reaches its rows by key: a plan that scans a table would cost 10 to 100 times
-- as much on a full one, and silently. So an update joins on the id alone: with bounds on the id beside it the planner
-- takes them for a range of few rows, and compares all with all.

-- name: has_partition
-- all accounts: a day's partition holds everybody's messages.
-- Asked of the catalog itself: to_regclass() may remember from before the lock that there was none.
SELECT EXISTS (
    SELECT FROM pg_class WHERE relname = %(name)s::text AND relnamespace = (SELECT relnamespace FROM pg_class
        WHERE oid = 'message'::regclass)
);

-- name: lock_partitions
-- One process makes a day's partition; the others wait for it and find it made.
SELECT pg_advisory_xact_lock(7410, 1);

-- name: insert_messages
-- all accounts: a flush may mix accounts; each row names its own.
-- A few messages and their places in the queue, in one statement: it waits for nothing, where a COPY has to be let in.
WITH new AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(accounts)s::uuid[], %(connectors)s::uuid[], %(postings)s::uuid[],
        %(prices)s::bigint[], %(segments)s::smallint[], %(classes)s::text[], %(encodings)s::text[],
        %(countries)s::text[], %(sources)s::text[], %(numbers)s::text[], %(refs)s::text[], %(texts)s::text[],
        %(lanes)s::smallint[], %(shares)s::smallint[], %(recalls)s::bigint[], %(closings)s::timestamptz[],
        %(rulesets)s::bigint[], %(seen)s::smallint[])
        AS new (id, account_id, connector_id, posting_id, price, segments, class, encoding, country, src, dst,
            client_ref, body, lane, share, number, closes_at, ruleset, seen)
), queued AS (
    INSERT INTO queue (connector_id, lane, share, id, segments, number, closes_at)
    SELECT connector_id, lane, share, id, segments, number, closes_at FROM new
)
INSERT INTO message (id, account_id, connector_id, posting_id, price, accepted_at, state, segments, class, encoding,
    country, src, dst, client_ref, body, ruleset, seen)
SELECT id, account_id, connector_id, posting_id, price, %(now)s::timestamptz, 'queued', segments, class::message_class,
    encoding::message_encoding, country, src, dst, client_ref, body, ruleset, seen
FROM new;

-- name: copy_messages
-- all accounts: a flush may mix accounts; each row names its own.
-- Columns that many rows share come first, so that they can be written once (store.py).
COPY message (account_id, campaign_id, connector_id, posting_id, accepted_at, state, reason, finished_at,
    class, encoding, country, src, ruleset, seen, media_url, billed_segments, gateway_segments, provider_values,
    program_id, id, contact_id, price, segments, dst, client_ref, body)
FROM STDIN (FORMAT BINARY);

-- name: copy_queue
COPY queue (connector_id, lane, share, campaign_id, closes_at, id, segments, number) FROM STDIN (FORMAT BINARY);

-- name: copy_held
COPY held (connector_id, lane, share, campaign_id, closes_at, id, segments, number, until, is_scheduled)
FROM STDIN (FORMAT BINARY);

-- name: copy_message_events
COPY message_event (message_id, at, kind, part, detail) FROM STDIN (FORMAT BINARY);

-- name: count_and_wake
-- all accounts: sums of one transaction, a row an account, campaign and state. Dispatchers are told, at commit, if there
-- is work for them or something new waits for its time.
WITH counted AS (
    INSERT INTO progress (at, account_id, campaign_id, state, n, amount, segments)
    SELECT %(now)s::timestamptz, account_id, campaign_id, state::message_state, n, amount, segments
    FROM unnest(%(accounts)s::uuid[], %(campaigns)s::uuid[], %(states)s::text[], %(ns)s::integer[],
        %(amounts)s::bigint[], %(segments)s::integer[]) AS new (account_id, campaign_id, state, n, amount, segments)
)
SELECT pg_notify(channel, '') FROM unnest(%(channels)s::text[]) AS channel;

-- name: wake_dispatchers
-- Once a transaction at most: NOTIFY takes a lock that all committers share.
SELECT pg_notify(%(channel)s, '');

-- name: settle
-- all accounts: results of a link, receipts and sweeps concern everybody's messages.
-- Move messages, each only from the version we saw; who lost the race gets no row back and looks again. Landed
-- messages leave `flight`, the sums of the moves go to `progress`. A version that can't grow any more begins anew. Who
-- comes back without having been tried (`uncounted` reasons) has that attempt back, too. What was in question of parts is
-- forgotten in the queue: the next time it may be cut otherwise, or go in one piece. Who listens to an account is told;
-- where nobody listens to any, that is one look at an empty table.
WITH asked AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(versions)s::smallint[], %(froms)s::text[]::message_state[],
        %(tos)s::text[]::message_state[], %(reasons)s::text[], %(errors)s::text[], %(parts)s::text[])
        AS t (id, version, from_state, to_state, reason, error, parts)
), moved AS (
    UPDATE message SET
        state = asked.to_state,
        version = (message.version + 1) & 32767,
        reason = asked.reason,
        error = coalesce(asked.error, message.error),
        part_states = CASE WHEN asked.to_state = 'queued' THEN NULL WHEN asked.parts IS NULL THEN message.part_states
            ELSE string_to_array(asked.parts, ',')::message_state[] END,
        attempts = CASE WHEN asked.to_state = 'queued' AND asked.reason = ANY (%(uncounted)s::text[])
            THEN greatest(message.attempts - 1, 0) ELSE message.attempts END,
        submitted_at = CASE WHEN asked.to_state = 'submitted' THEN %(now)s::timestamptz ELSE message.submitted_at END,
        finished_at = CASE WHEN asked.to_state::text = ANY (%(finals)s::text[]) THEN %(now)s::timestamptz END
    FROM asked
    WHERE message.id = asked.id AND message.version = asked.version AND message.state = asked.from_state
    RETURNING message.id, message.account_id, message.campaign_id, message.price, asked.from_state, asked.to_state,
        asked.reason, asked.error, message.refund_id
), told AS (
    INSERT INTO message_news (account_id, at, state, message_ids, reasons, errors)
    SELECT account_id, %(now)s::timestamptz, to_state, array_agg(id), array_agg(reason), array_agg(error)
    FROM (
        -- Who passes news on takes a row at a time, and a campaign that is cancelled may have a million.
        SELECT moved.*, (row_number() OVER () - 1) / 5000 AS piece
        FROM moved CROSS JOIN LATERAL (
            SELECT FROM listened WHERE listened.account_id = moved.account_id AND moved.to_state = ANY (states) LIMIT 1
        ) AS heard
        WHERE from_state <> to_state AND EXISTS (SELECT FROM listened)
    ) AS heard
    GROUP BY account_id, to_state, piece
), landed AS (
    DELETE FROM flight
    WHERE id = ANY (ARRAY(
        SELECT id FROM moved WHERE from_state IN ('submitting', 'unknown') AND to_state NOT IN ('submitting', 'unknown')
    ))
), doubted AS (
    UPDATE flight SET is_unknown = true WHERE id = ANY (ARRAY(SELECT id FROM moved WHERE to_state = 'unknown'))
), corrected AS (
    INSERT INTO report_correction (account_id, id, state, is_refunded)
    SELECT account_id, id, from_state, refund_id IS NOT NULL FROM moved
    WHERE id < (SELECT line FROM report_place WHERE only_row)
        AND from_state IN ('scheduled', 'queued', 'submitting', 'submitted', 'unknown')
), counted AS (
    INSERT INTO progress (at, account_id, campaign_id, state, n, amount)
    SELECT %(now)s::timestamptz, side.account_id, side.campaign_id, side.state, sum(side.n), sum(side.amount)
    FROM (
        SELECT account_id, campaign_id, from_state AS state, -1 AS n, -price AS amount FROM moved
        WHERE from_state <> to_state
        UNION ALL
        SELECT account_id, campaign_id, to_state, 1, price FROM moved WHERE from_state <> to_state
    ) AS side
    GROUP BY side.account_id, side.campaign_id, side.state
)
SELECT id, account_id, campaign_id, price FROM moved;

-- name: mark_refunded
-- all accounts: refunds of one batch of results.
UPDATE message SET refund_id = back.refund_id
FROM unnest(%(ids)s::uuid[], %(refunds)s::uuid[]) AS back (id, refund_id)
WHERE message.id = back.id;

-- name: standing
-- all accounts: the recorder looks again at messages that moved while it was not looking.
SELECT id, account_id, campaign_id, version, state::text, segments, part_states::text[], price, dst, reason,
    class::text, connector_id, attempts
FROM message WHERE id = ANY (%(ids)s);

-- name: lock_campaign_shared
-- Whoever puts messages of a campaign into the queue holds this; who pauses it takes the exclusive form.
SELECT pg_advisory_xact_lock_shared(7412, hashtext(id::text)) FROM unnest(%(ids)s::uuid[]) AS id ORDER BY id;

-- name: lock_campaign
SELECT pg_advisory_xact_lock(7412, hashtext(%(campaign_id)s::text));

-- name: lock_shares_shared
-- Whoever moves messages between queue and held, or back from the wire, holds these; who withdraws a number's messages
-- takes the exclusive form. docs/decisions/0030 has the order of all locks.
SELECT pg_advisory_xact_lock_shared(7414, share) FROM unnest(%(shares)s::integer[]) AS share ORDER BY share;

-- name: lock_shares
SELECT pg_advisory_xact_lock(7414, share) FROM unnest(%(shares)s::integer[]) AS share ORDER BY share;

-- name: paused_among
SELECT campaign_id FROM paused_campaign WHERE campaign_id = ANY (%(ids)s);

-- name: mark_paused
INSERT INTO paused_campaign (campaign_id) VALUES (%(campaign_id)s) ON CONFLICT DO NOTHING;

-- name: unmark_paused
DELETE FROM paused_campaign WHERE campaign_id = %(campaign_id)s;

-- name: hold_campaign
-- Its messages stay `queued`; only the narrow rows move, so a pause of a full queue takes milliseconds. They are found
-- among what waits for the account, connector by connector: an index by campaign would be paid for by every message.
WITH RECURSIVE ways AS (
    SELECT '00000000-0000-0000-0000-000000000000'::uuid AS connector_id
    UNION ALL
    SELECT next.connector_id
    FROM ways CROSS JOIN LATERAL (
        SELECT connector_id FROM queue WHERE queue.connector_id > ways.connector_id ORDER BY connector_id LIMIT 1
    ) AS next
), taken AS (
    DELETE FROM queue WHERE ctid = ANY (ARRAY(
        SELECT waiting.at
        FROM ways CROSS JOIN generate_series(0, 2) AS lane CROSS JOIN LATERAL (
            SELECT queue.ctid AS at, queue.campaign_id FROM queue
            WHERE queue.connector_id = ways.connector_id AND queue.lane = lane::smallint
                AND queue.share = %(share)s::smallint
            OFFSET 0
        ) AS waiting
        WHERE waiting.campaign_id = %(campaign_id)s
    ))
    RETURNING *
)
INSERT INTO held (connector_id, lane, share, id, campaign_id, segments, until, number, closes_at)
SELECT connector_id, lane, share, id, campaign_id, segments, NULL, number, closes_at FROM taken;

-- name: release_campaign
-- Those for which the carrier asked for time wait on until it has come, and so do those that wait for their own time.
WITH freed AS (
    DELETE FROM held WHERE campaign_id = %(campaign_id)s AND until IS NULL AND NOT is_scheduled RETURNING *
)
INSERT INTO queue (connector_id, lane, share, id, campaign_id, segments, number, closes_at)
SELECT connector_id, lane, share, id, campaign_id, segments, number, closes_at FROM freed;

-- name: withdraw_campaign
-- Take everything of a campaign that no link has, for cancelling; nothing, if it is another account's campaign. What a
-- link claims meanwhile has a new version, which the cancelling move then doesn't fit. Only rows whose message is seen
-- are deleted: see `claim`.
WITH RECURSIVE ways AS (
    SELECT '00000000-0000-0000-0000-000000000000'::uuid AS connector_id
    UNION ALL
    SELECT next.connector_id
    FROM ways CROSS JOIN LATERAL (
        SELECT connector_id FROM queue WHERE queue.connector_id > ways.connector_id ORDER BY connector_id LIMIT 1
    ) AS next
), waiting AS MATERIALIZED (
    SELECT in_queue.at, in_queue.id
    FROM ways CROSS JOIN generate_series(0, 2) AS lane CROSS JOIN LATERAL (
        SELECT queue.ctid AS at, queue.id, queue.campaign_id FROM queue
        WHERE queue.connector_id = ways.connector_id AND queue.lane = lane::smallint
            AND queue.share = %(share)s::smallint
        OFFSET 0
    ) AS in_queue
    WHERE in_queue.campaign_id = %(campaign_id)s
    UNION ALL
    SELECT NULL, id FROM held WHERE campaign_id = %(campaign_id)s
), found AS (
    SELECT waiting.at, waiting.id, seen.version, seen.state
    FROM waiting CROSS JOIN LATERAL (
        SELECT version, state::text FROM message
        WHERE message.id = waiting.id AND message.account_id = %(account_id)s LIMIT 1
    ) AS seen
), withdrawn AS (
    DELETE FROM queue WHERE ctid = ANY (ARRAY(SELECT at FROM found WHERE at IS NOT NULL))
), resting AS (
    DELETE FROM held WHERE id = ANY (ARRAY(SELECT id FROM found WHERE at IS NULL))
)
SELECT id, version, state FROM found;

-- name: withdraw_numbers
-- all accounts: a batch of opt-outs is of several; each pair names its own.
-- Take everything for some numbers out that no link has. What a claim has locked is waited for, and then gone. Only rows
-- whose message is seen are deleted: see `claim`. What comes back without an account is to be asked for again.
WITH asked AS (
    SELECT * FROM unnest(%(accounts)s::uuid[], %(shares)s::smallint[], %(numbers)s::bigint[])
        AS pair (account_id, share, number)
), waiting AS MATERIALIZED (
    SELECT asked.account_id, in_queue.at, in_queue.id
    FROM asked CROSS JOIN LATERAL (
        SELECT queue.ctid AS at, queue.id, queue.share FROM queue WHERE queue.number = asked.number OFFSET 0
    ) AS in_queue
    WHERE in_queue.share = asked.share
    UNION ALL
    SELECT asked.account_id, NULL, aside.id
    FROM asked CROSS JOIN LATERAL (
        SELECT held.id, held.share FROM held WHERE held.number = asked.number OFFSET 0
    ) AS aside
    WHERE aside.share = asked.share
), found AS (
    SELECT waiting.at, waiting.id, waiting.account_id AS asked_by, seen.account_id, seen.version, seen.state
    FROM waiting LEFT JOIN LATERAL (
        SELECT account_id, version, state::text FROM message WHERE message.id = waiting.id LIMIT 1
    ) AS seen ON true
), withdrawn AS (
    DELETE FROM queue WHERE ctid = ANY (ARRAY(SELECT at FROM found WHERE account_id = asked_by AND at IS NOT NULL))
), resting AS (
    DELETE FROM held WHERE id = ANY (ARRAY(SELECT id FROM found WHERE account_id = asked_by AND at IS NULL))
)
SELECT account_id, id, version, state FROM found WHERE account_id = asked_by OR account_id IS NULL;

-- name: set_aside_numbers
-- all accounts: a batch of doubtful texts is of several; each pair names its own.
-- Keep everything for some numbers that no link has until somebody has read what they wrote. What a claim has locked is
-- waited for, and then gone. What waits for its own time stays where it is: it is looked at again when that has come.
WITH asked AS (
    SELECT * FROM unnest(%(accounts)s::uuid[], %(shares)s::smallint[], %(numbers)s::bigint[])
        AS pair (account_id, share, number)
), waiting AS MATERIALIZED (
    SELECT asked.account_id, in_queue.at, in_queue.id
    FROM asked CROSS JOIN LATERAL (
        SELECT queue.ctid AS at, queue.id, queue.share FROM queue WHERE queue.number = asked.number OFFSET 0
    ) AS in_queue
    WHERE in_queue.share = asked.share
    UNION ALL
    SELECT asked.account_id, NULL, aside.id
    FROM asked CROSS JOIN LATERAL (
        SELECT held.id, held.share FROM held WHERE held.number = asked.number AND NOT held.is_scheduled OFFSET 0
    ) AS aside
    WHERE aside.share = asked.share
), found AS (
    SELECT waiting.at, waiting.id, waiting.account_id AS asked_by, seen.account_id, seen.version, seen.state
    FROM waiting LEFT JOIN LATERAL (
        SELECT account_id, version, state::text FROM message WHERE message.id = waiting.id LIMIT 1
    ) AS seen ON true
), taken AS (
    DELETE FROM queue WHERE ctid = ANY (ARRAY(SELECT at FROM found WHERE account_id = asked_by AND at IS NOT NULL))
    RETURNING *
), kept AS (
    INSERT INTO held (connector_id, lane, share, id, campaign_id, segments, until, number, closes_at, is_scheduled,
        for_review)
    SELECT connector_id, lane, share, id, campaign_id, segments, 'infinity', number, closes_at, true, true FROM taken
), resting AS (
    UPDATE held SET until = 'infinity', is_scheduled = true, for_review = true
    WHERE id = ANY (ARRAY(SELECT id FROM found WHERE account_id = asked_by AND at IS NULL))
    RETURNING id
)
SELECT account_id, id, version, state FROM found
WHERE account_id IS NULL
    OR account_id = asked_by AND id = ANY (ARRAY(SELECT id FROM taken UNION ALL SELECT id FROM resting));

-- name: free_number
-- What was kept of it for a review is due now: it is asked about its time, as whatever waited.
UPDATE held SET until = %(now)s, for_review = false
WHERE id = ANY (ARRAY(
    SELECT held.id FROM held CROSS JOIN LATERAL (
        SELECT FROM message WHERE message.id = held.id AND message.account_id = %(account_id)s LIMIT 1
    ) AS its
    WHERE held.number = %(number)s AND held.for_review
));

-- name: flying_to
-- all accounts: see withdraw_numbers.
-- What some numbers get of what is on the wire or in question. That table is looked through from end to end: it is small,
-- and an index on it would be paid for by every message.
SELECT flight.id, message.account_id, flight.number
FROM flight CROSS JOIN LATERAL (SELECT account_id FROM message WHERE message.id = flight.id LIMIT 1) AS message
WHERE flight.number = ANY (%(numbers)s::bigint[]) ORDER BY flight.id;

-- name: barred
-- all accounts: answers of a link concern everybody's messages.
-- To which numbers nothing more may go: they are on the blacklist, or were when they were forgotten, or are held until
-- somebody has read what they wrote.
SELECT asked.account_id, asked.number, asked.is_out
FROM (
    SELECT account_id, number, EXISTS (
        SELECT FROM blacklist WHERE blacklist.account_id = each.account_id AND blacklist.number = each.number::text OFFSET 0
    ) OR EXISTS (
        SELECT FROM suppression AS kept
        WHERE kept.account_id = each.account_id AND kept.standing <> 'no_marketing' AND kept.hash = (
            SELECT sha256(salt || convert_to(each.number::text, 'UTF8')) FROM suppression_salt AS salt
            WHERE salt.account_id = each.account_id
        ) OFFSET 0
    ) AS is_out
    FROM unnest(%(accounts)s::uuid[], %(numbers)s::bigint[]) AS each (account_id, number)
) AS asked
WHERE asked.is_out OR EXISTS (
    SELECT FROM consent_review WHERE consent_review.account_id = asked.account_id
        AND consent_review.number = asked.number::text AND verdict IS NULL OFFSET 0
);

-- name: get_message
SELECT id, account_id, campaign_id, connector_id, posting_id, refund_id, price, accepted_at, claimed_at, submitted_at,
    finished_at, state::text, segments, class::text, encoding::text, reason, error, country, src, dst, client_ref, body,
    provider_id, receipt, receipt_at, ruleset, seen, media_url, billed_segments, gateway_segments
FROM message WHERE id = %(id)s AND account_id = %(account_id)s;

-- name: search
-- What is not asked for is null and falls away when the search is planned. The bounds of the id are those of dates and
-- pages: they leave out whole days.
SELECT id, account_id, campaign_id, connector_id, posting_id, refund_id, price, accepted_at, claimed_at, submitted_at,
    finished_at, state::text, segments, class::text, encoding::text, reason, error, country, src, dst, client_ref, body,
    provider_id, receipt, receipt_at, ruleset, seen, media_url, billed_segments, gateway_segments
FROM message
WHERE account_id = %(account_id)s AND id >= %(low)s AND id < %(high)s
    AND (%(states)s::message_state[] IS NULL OR state = ANY (%(states)s))
    AND (%(numbers)s::text[] IS NULL OR dst = ANY (%(numbers)s))
    AND (%(campaign_id)s::uuid IS NULL OR campaign_id = %(campaign_id)s)
    AND (%(client_ref)s::text IS NULL OR client_ref = %(client_ref)s)
    AND (%(country)s::text IS NULL OR country = %(country)s)
    AND (%(words)s::text IS NULL OR strpos(lower(body), lower(%(words)s)) > 0
        OR strpos(lower(client_ref), lower(%(words)s)) > 0 OR strpos(dst, %(digits)s::text) > 0)
ORDER BY id DESC LIMIT %(limit)s;

-- name: stretch
-- Where so many of the messages that dates, pages and campaign leave end, newest first; nothing where there are fewer.
SELECT id FROM message
WHERE account_id = %(account_id)s AND id >= %(low)s AND id < %(high)s
    AND (%(campaign_id)s::uuid IS NULL OR campaign_id = %(campaign_id)s)
ORDER BY id DESC OFFSET %(messages)s - 1 LIMIT 1;

-- name: events_of
SELECT at, kind, part, detail FROM message_event WHERE message_id = %(message_id)s ORDER BY at, part LIMIT 500;
