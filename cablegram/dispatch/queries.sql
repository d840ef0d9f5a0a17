-- Statements of the way out and back. Each reaches its rows by key: a plan that scans a table would cost 10 to 100 times
-- as much on a full one, and silently. So an update joins on the id alone: with bounds on the id beside it the planner
-- takes them for a range of few rows, and compares all with all.

-- name: insert_submissions
-- After a commit nobody could say took place, the same answers are recorded again: the second time says nothing new.
INSERT INTO submission (connector_id, provider_id, message_id, part)
SELECT %(connector_id)s::uuid, * FROM unnest(%(provider_ids)s::text[], %(message_ids)s::uuid[], %(parts)s::smallint[])
ON CONFLICT DO NOTHING;

-- name: claim
-- all accounts: a link carries everybody's messages.
-- The write-ahead record of a send, in one statement and so one commit: queue rows go, their messages become
-- `submitting`, `flight` remembers which dispatcher has them. Lanes in order of urgency; inside a lane one message of
-- each share in turn, so that one account's million does not stand before another's ten. `heads` hops over the index
-- from share to share; `turns` begins behind the share that was served last (`after`, one for each lane), for often
-- there is room for one message and many shares want it. `room` counts segments; a message longer than the whole
-- window goes alone. A version and a count of attempts that can't grow any more must stop nobody's message.
-- Only what moved leaves the queue, never the other way round: a plan made before today's partition was attached can
-- run with a snapshot taken after it was filled, and then finds queue rows and no messages. The next claim finds both.
-- What has closed is left to `release`: this is the moment that counts as submitting (20:59:59 goes, 21:00:00 waits).
-- The operator's switches are read here and nowhere else: no claim that begins after a stop's commit finds anything.
WITH RECURSIVE heads AS (
    (SELECT lane, share FROM queue WHERE connector_id = %(connector_id)s::uuid
        AND NOT EXISTS (SELECT FROM installation WHERE name = 'sending_stopped')
        AND NOT EXISTS (SELECT FROM connector WHERE id = %(connector_id)s::uuid AND (NOT is_enabled OR paused_at IS NOT NULL))
        ORDER BY lane, share LIMIT 1)
    UNION ALL
    SELECT next.lane, next.share
    FROM heads CROSS JOIN LATERAL (
        SELECT queue.lane, queue.share FROM queue
        WHERE queue.connector_id = %(connector_id)s::uuid AND (queue.lane, queue.share) > (heads.lane, heads.share)
        ORDER BY queue.lane, queue.share LIMIT 1
    ) AS next
), turns AS (
    SELECT lane, share, count(*) OVER (PARTITION BY lane) AS shares,
        row_number() OVER (PARTITION BY lane ORDER BY share <= (%(after)s::smallint[])[lane + 1], share) AS place
    FROM heads
), locked AS MATERIALIZED (
    SELECT turns.lane, turns.share, turns.place, waiting.at, waiting.id, waiting.segments, waiting.number, waiting.closes_at
    FROM turns CROSS JOIN LATERAL (
        SELECT queue.ctid AS at, queue.id, queue.segments, queue.number, queue.closes_at FROM queue
        WHERE queue.connector_id = %(connector_id)s::uuid AND queue.lane = turns.lane AND queue.share = turns.share
            AND (queue.closes_at IS NULL OR queue.closes_at > %(now)s::timestamptz)
        ORDER BY queue.id
        LIMIT ceil(%(room)s::integer / turns.shares::numeric)
        FOR UPDATE SKIP LOCKED
    ) AS waiting
    WHERE turns.place <= %(room)s::integer
), in_turn AS (
    SELECT *, row_number() OVER (PARTITION BY lane, place ORDER BY id) AS turn FROM locked
), fitting AS (
    SELECT id, at, lane, share, number, closes_at, sum(segments) OVER (ORDER BY lane, turn, place) AS total,
        row_number() OVER (ORDER BY lane, turn, place) AS first
    FROM in_turn
), moved AS (
    UPDATE message SET state = 'submitting', claimed_at = %(now)s::timestamptz, version = (version + 1) & 32767,
        attempts = least(attempts + 1, 32767)
    FROM fitting
    WHERE message.id = fitting.id AND (total <= %(room)s::integer OR (first = 1 AND %(is_window_empty)s::boolean))
    RETURNING message.id, message.account_id, message.campaign_id, message.version, message.attempts, message.price,
        message.class, message.segments, message.src, message.dst, message.body, message.media_url, fitting.lane,
        fitting.share, fitting.at, fitting.number, fitting.closes_at
), taken AS (
    DELETE FROM queue WHERE ctid = ANY (ARRAY(SELECT at FROM moved))
), flying AS (
    INSERT INTO flight (id, connector_id, dispatcher_id, number, closes_at)
    SELECT id, %(connector_id)s::uuid, %(dispatcher_id)s::integer, number, closes_at FROM moved
), corrected AS (
    INSERT INTO report_correction (account_id, id, state, is_refunded)
    SELECT account_id, id, 'queued', false FROM moved WHERE id < (SELECT line FROM report_place WHERE only_row)
), counted AS (
    INSERT INTO progress (at, account_id, campaign_id, state, n, amount)
    SELECT %(now)s::timestamptz, account_id, campaign_id, side.state, side.sign * count(*), side.sign * sum(price)
    FROM moved CROSS JOIN (VALUES ('queued'::message_state, -1), ('submitting', 1)) AS side (state, sign)
    GROUP BY account_id, campaign_id, side.state, side.sign
)
SELECT id, account_id, campaign_id, version, attempts, price, class::text, segments, src, dst, body, media_url, share,
    number, closes_at
FROM moved
ORDER BY lane, id;

-- name: take
-- all accounts: answers of a link concern everybody's messages.
-- The ordinary answer, as one statement: messages of one part that the carrier took, each only as its claim left it. What
-- does not move here stood elsewhere meanwhile, and is judged one by one. See `settle` for what belongs to a move.
WITH asked AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(versions)s::smallint[], %(provider_ids)s::text[], %(raw_ids)s::text[])
        AS t (id, version, provider_id, raw_id)
), moved AS (
    UPDATE message SET state = 'submitted', version = (message.version + 1) & 32767, reason = NULL,
        submitted_at = %(now)s::timestamptz, provider_id = asked.raw_id
    FROM asked
    WHERE message.id = asked.id AND message.version = asked.version AND message.state = 'submitting'
    RETURNING message.id, message.account_id, message.campaign_id, message.price, asked.provider_id
), told AS (
    INSERT INTO message_news (account_id, at, state, message_ids)
    SELECT account_id, %(now)s::timestamptz, 'submitted', array_agg(id)
    FROM moved CROSS JOIN LATERAL (
        SELECT FROM listened WHERE listened.account_id = moved.account_id AND 'submitted' = ANY (states) LIMIT 1
    ) AS heard
    WHERE EXISTS (SELECT FROM listened)
    GROUP BY account_id
), landed AS (
    DELETE FROM flight WHERE id = ANY (ARRAY(SELECT id FROM moved))
), known AS (
    INSERT INTO submission (connector_id, provider_id, message_id, part)
    SELECT %(connector_id)s::uuid, provider_id, id, 1 FROM moved
    ON CONFLICT DO NOTHING
), corrected AS (
    INSERT INTO report_correction (account_id, id, state, is_refunded)
    SELECT account_id, id, 'submitting', false FROM moved WHERE id < (SELECT line FROM report_place WHERE only_row)
), counted AS (
    INSERT INTO progress (at, account_id, campaign_id, state, n, amount)
    SELECT %(now)s::timestamptz, account_id, campaign_id, side.state, side.sign * count(*), side.sign * sum(price)
    FROM moved CROSS JOIN (VALUES ('submitting'::message_state, -1), ('submitted', 1)) AS side (state, sign)
    GROUP BY account_id, campaign_id, side.state, side.sign
)
SELECT id FROM moved;

-- name: land
-- all accounts: receipts come by connector.
-- The ordinary receipt, as one statement: the last word about a message of one part that the carrier took, by the newest
-- message of its id, whose number agrees. It needs no version: whatever moved the message meanwhile, only one that is
-- still `submitted` moves here. The others are judged one by one. Messages are locked in the order of their ids.
WITH asked AS (
    SELECT * FROM unnest(%(places)s::integer[], %(provider_ids)s::text[], %(ends)s::text[], %(outcomes)s::smallint[],
        %(errors)s::text[], %(moments)s::timestamptz[], %(words)s::text[])
        AS t (place, provider_id, number_end, outcome, error, at, words)
), found AS (
    SELECT asked.*, submission.message_id,
        ('{delivered,undelivered,expired}'::message_state[])[asked.outcome] AS to_state
    FROM asked CROSS JOIN LATERAL (
        SELECT message_id FROM submission
        WHERE submission.connector_id = %(connector_id)s::uuid AND submission.provider_id = asked.provider_id
        ORDER BY message_id DESC LIMIT 1
    ) AS submission
    ORDER BY submission.message_id
), moved AS (
    UPDATE message SET state = found.to_state, version = (message.version + 1) & 32767, reason = NULL,
        error = coalesce(found.error, message.error), finished_at = %(now)s::timestamptz,
        receipt = found.words, receipt_at = found.at
    FROM found
    WHERE message.id = found.message_id AND message.state = 'submitted' AND message.part_states IS NULL
        AND right(message.dst, %(suffix)s::integer) = found.number_end
    RETURNING message.id, message.account_id, message.campaign_id, message.price, found.place, found.to_state, found.error,
        message.refund_id
), told AS (
    INSERT INTO message_news (account_id, at, state, message_ids, errors)
    SELECT account_id, %(now)s::timestamptz, to_state, array_agg(id), array_agg(error)
    FROM moved CROSS JOIN LATERAL (
        SELECT FROM listened WHERE listened.account_id = moved.account_id AND moved.to_state = ANY (states) LIMIT 1
    ) AS heard
    WHERE EXISTS (SELECT FROM listened)
    GROUP BY account_id, to_state
), corrected AS (
    INSERT INTO report_correction (account_id, id, state, is_refunded)
    SELECT account_id, id, 'submitted', refund_id IS NOT NULL FROM moved WHERE id < (SELECT line FROM report_place WHERE only_row)
), counted AS (
    INSERT INTO progress (at, account_id, campaign_id, state, n, amount)
    SELECT %(now)s::timestamptz, account_id, campaign_id, side.state, side.sign * count(*), side.sign * sum(price)
    FROM moved CROSS JOIN LATERAL (VALUES ('submitted'::message_state, -1), (moved.to_state, 1)) AS side (state, sign)
    GROUP BY account_id, campaign_id, side.state, side.sign
)
SELECT place FROM moved;

-- name: any_waiting
-- all accounts: whether a claim that got nothing found nothing, or only what it had no room for.
SELECT EXISTS (SELECT 1 FROM queue WHERE connector_id = %(connector_id)s::uuid);

-- name: match_receipts
-- all accounts: receipts come by connector.
-- LATERAL with LIMIT keeps the plan on the key: a join prepared while `submission` was empty would compare every pair.
-- The order of `keys` is the order of trust; a carrier that reuses ids means the newest message.
SELECT receipt.place, found.message_id, found.part, message.version, message.state::text, message.segments,
    message.part_states::text[], message.dst, message.reason, found.key_place
FROM unnest(%(places)s::integer[], %(keys)s::text[]) AS receipt (place, keys)
CROSS JOIN LATERAL (
    SELECT submission.message_id, submission.part, key.key_place
    FROM unnest(string_to_array(receipt.keys, chr(31))) WITH ORDINALITY AS key (provider_id, key_place)
    CROSS JOIN LATERAL (
        SELECT message_id, part FROM submission
        WHERE submission.connector_id = %(connector_id)s::uuid AND submission.provider_id = key.provider_id
        ORDER BY message_id DESC LIMIT 3
    ) AS submission
) AS found
JOIN message ON message.id = found.message_id;

-- name: any_orphans
-- A cheap look before the dear one: almost always there is none.
SELECT EXISTS (SELECT 1 FROM orphan_receipt WHERE connector_id = %(connector_id)s::uuid);

-- name: unknown_of_connector
-- all accounts: a receipt without a known id is compared with every message in question of that connector that went
-- to its number; carriers leave country codes away, so by the end of it. IS TRUE keeps IN apart from the joins: ends are
-- looked up in a table of hashes, and not read through once for each message in question, of which a death makes many.
SELECT message.id, message.version, message.segments, message.src, message.dst, message.body, message.claimed_at
FROM flight JOIN message ON message.id = flight.id
WHERE flight.connector_id = %(connector_id)s AND flight.is_unknown
    AND (right(message.dst, 7) IN (SELECT unnest(%(ends)s::text[]))) IS TRUE;

-- name: unknown_claimed_before
-- all accounts: messages in question for longer than the setting allows. LATERAL with LIMIT goes from the few in question
-- to their messages; a plain join may read all messages to find the old ones.
SELECT old.id, old.version, old.part_states
FROM flight CROSS JOIN LATERAL (
    SELECT message.id, message.version, message.part_states::text[] AS part_states, message.claimed_at
    FROM message WHERE message.id = flight.id LIMIT 1
) AS old
WHERE flight.is_unknown AND old.claimed_at < %(before)s
ORDER BY flight.connector_id, flight.id LIMIT %(limit)s;

-- name: unknown_to_resend
-- all accounts: messages in question of some classes, of which no part was taken, and that were not sent again before.
-- Those that a restore found in question are not among them, for nobody knows what was sent since the backup; nor those
-- of an account that is suspended.
SELECT old.id, old.account_id, old.campaign_id, old.version, old.price, old.class, old.segments, flight.connector_id,
    flight.number, flight.closes_at
FROM flight CROSS JOIN LATERAL (
    SELECT message.id, message.account_id, message.campaign_id, message.version, message.price,
        message.class::text AS class, message.segments, message.claimed_at, message.reason, message.part_states
    FROM message WHERE message.id = flight.id LIMIT 1
) AS old
WHERE flight.is_unknown AND old.class = ANY (%(classes)s) AND old.claimed_at < %(before)s
    AND old.reason IN ('dispatcher_died', 'no_answer')
    AND (old.part_states IS NULL OR old.part_states <@ '{unknown}'::message_state[])
    AND NOT EXISTS (SELECT FROM resend WHERE resend.message_id = flight.id)
    AND (SELECT suspended_at FROM account WHERE account.id = old.account_id LIMIT 1) IS NULL
    AND (SELECT campaign_id FROM paused_campaign WHERE paused_campaign.campaign_id = old.campaign_id LIMIT 1) IS NULL
ORDER BY flight.connector_id, flight.id LIMIT %(limit)s;

-- name: begin_round
-- all accounts: a carrier is asked about everybody's messages.
-- Where a round of questions goes on: never before its own beginning. No row while nothing may be asked: the operator's
-- switches are read here, as `claim` reads them. Holds the round until commit, for dispatchers share it.
INSERT INTO inquiry (connector_id, round, after)
SELECT id, %(round)s::smallint, %(begin)s::uuid FROM connector
WHERE id = %(connector_id)s AND is_enabled AND answers_queries IS NOT FALSE
    AND NOT EXISTS (SELECT FROM installation WHERE name = 'sending_stopped')
ON CONFLICT (connector_id, round) DO UPDATE SET after = greatest(inquiry.after, excluded.after)
RETURNING after;

-- name: end_round
UPDATE inquiry SET after = %(after)s WHERE connector_id = %(connector_id)s AND round = %(round)s;

-- name: overdue
-- all accounts: a carrier is asked about everybody's messages.
-- A slice of messages in the order of their ids, whoever's and whatever their state: an index on those that wait for a
-- receipt would be paid for by every message. Of messages of several parts the row has no carrier's id; they are left out.
WITH slice AS MATERIALIZED (
    SELECT id, connector_id, state, provider_id, src, dst, submitted_at FROM message
    WHERE id > %(after)s::uuid AND id < %(end)s::uuid ORDER BY id LIMIT %(slice)s::integer
)
SELECT edge.id, due.id, due.provider_id, due.src, due.dst
FROM (SELECT (SELECT id FROM slice ORDER BY id OFFSET %(slice)s::integer - 1 LIMIT 1) AS id) AS edge
LEFT JOIN LATERAL (
    SELECT id, provider_id, src, dst FROM slice
    WHERE state = 'submitted' AND connector_id = %(connector_id)s::uuid AND provider_id <> ''
        AND submitted_at < %(taken_before)s::timestamptz
    ORDER BY id LIMIT %(limit)s::integer
) AS due ON true
ORDER BY due.id;

-- name: match_asked
-- all accounts: a carrier was asked about everybody's messages.
-- Messages of one part that a carrier was asked about, as `match_receipts` finds them by the carrier's id.
SELECT place::integer, message.id, 1, message.version, message.state::text, message.segments,
    message.part_states::text[], message.dst, message.reason, 1
FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS asked (id, place) JOIN message ON message.id = asked.id;

-- name: insert_resends
-- all accounts: each row names its own.
INSERT INTO resend (message_id, account_id, campaign_id, at)
SELECT id, account_id, campaign_id, %(now)s::timestamptz
FROM unnest(%(ids)s::uuid[], %(accounts)s::uuid[], %(campaigns)s::uuid[]) AS again (id, account_id, campaign_id);

-- name: new_dispatcher_id
SELECT nextval(pg_get_serial_sequence('dispatcher', 'id'))::integer;

-- name: register_dispatcher
-- Once its lock is held, and again after each loss of the session: somebody may have buried it meanwhile.
INSERT INTO dispatcher (id, started_at, host, pid) OVERRIDING SYSTEM VALUE
VALUES (%(dispatcher_id)s, %(now)s, %(host)s, %(pid)s)
ON CONFLICT (id) DO NOTHING;

-- name: hold_dispatcher_lock
-- Held by this session until it ends: its end is the only sign of death that others believe.
SELECT pg_try_advisory_lock(7411, %(dispatcher_id)s);

-- name: hold_link_lock
-- A link belongs to one dispatcher at a time; another gets it when that one's session is gone.
SELECT pg_try_advisory_lock(7413, hashtext(%(connector_id)s || ':' || %(number)s));

-- name: free_link_lock
SELECT pg_advisory_unlock(7413, hashtext(%(connector_id)s || ':' || %(number)s));

-- name: dead_dispatchers
-- Dispatchers whose session is gone and that nobody has buried; the lock is taken for this transaction to be sure.
SELECT id FROM dispatcher
WHERE id <> %(dispatcher_id)s AND pg_try_advisory_xact_lock(7411, id) ORDER BY id;

-- name: count_dispatchers
-- The dead count until they are buried, which takes a moment.
SELECT count(*) FROM dispatcher;

-- name: bury
-- Nothing of it is on the wire any more, and nothing will be: who holds its lock has looked.
DELETE FROM dispatcher WHERE id = %(dispatcher_id)s;

-- name: flight_ids
-- What a dispatcher has on the wire. Asked when one died or lost its session, and at no other time: then all that is in
-- flight is looked through, for an index on this would be paid for by every message.
SELECT id FROM flight WHERE dispatcher_id = %(dispatcher_id)s AND NOT is_unknown LIMIT %(limit)s;

-- name: flying
-- all accounts: everything a dispatcher had on the wire.
SELECT message.id, message.account_id, message.campaign_id, message.version, message.price, message.class::text,
    message.segments, flight.connector_id, flight.number, flight.closes_at
FROM flight JOIN message ON message.id = flight.id
WHERE flight.id = ANY (%(ids)s);

-- name: due
-- all accounts: a carrier asked for time, whoever's messages they were.
SELECT DISTINCT campaign_id, share FROM (
    SELECT campaign_id, share FROM held WHERE until <= %(now)s AND NOT is_scheduled ORDER BY until LIMIT 2000
) AS due;

-- name: release_due
-- Messages whose carrier asked for time go back to the queue; those of a paused campaign stay until it resumes. The
-- caller holds the locks of `campaigns`, so that it knows which of them are paused, and of `shares`, so that nobody
-- withdraws a number's messages meanwhile.
WITH due AS (
    DELETE FROM held WHERE id = ANY (ARRAY(
        SELECT id FROM held
        WHERE until <= %(now)s AND NOT is_scheduled AND share = ANY (%(shares)s)
            AND (campaign_id IS NULL OR campaign_id = ANY (%(campaigns)s))
        ORDER BY until LIMIT 2000 FOR UPDATE SKIP LOCKED
    ))
    RETURNING *
), kept AS (
    INSERT INTO held (connector_id, lane, share, id, campaign_id, segments, until, number, closes_at)
    SELECT connector_id, lane, share, id, campaign_id, segments, NULL, number, closes_at FROM due
    WHERE campaign_id = ANY (%(paused)s)
)
INSERT INTO queue (connector_id, lane, share, id, campaign_id, segments, number, closes_at)
SELECT connector_id, lane, share, id, campaign_id, segments, number, closes_at FROM due
WHERE campaign_id IS NULL OR campaign_id <> ALL (%(paused)s);
