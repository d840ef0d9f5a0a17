-- Statements of the webhooks room for those who look for events and attempts, and to send events again.

-- name: page_of_deliveries
-- Newest first. Where one stands: in the queue, among what was missed, or else it was delivered. What is not asked for is
-- null and falls away when the search is planned.
SELECT told.id, told.endpoint_id, told.sequence, told.kind, told.at, told.subject, told.data, told.standing, told.tries,
    told.next_at, last.status, coalesce(last.error, '')
FROM (
    SELECT event.*, CASE WHEN missed.id IS NOT NULL THEN 'missed' WHEN waiting.id IS NULL THEN 'delivered'
        WHEN waiting.tries > 0 THEN 'retrying' ELSE 'waiting' END AS standing, coalesce(waiting.tries, 0) AS tries,
        waiting.next_at
    FROM webhook_event AS event
    LEFT JOIN LATERAL (SELECT id, tries, next_at FROM webhook_queue WHERE webhook_queue.id = event.id LIMIT 1) AS waiting
        ON true
    LEFT JOIN LATERAL (
        SELECT id FROM webhook_missed WHERE webhook_missed.endpoint_id = event.endpoint_id AND webhook_missed.id = event.id
    ) AS missed ON true
    WHERE event.account_id = %(account_id)s AND event.endpoint_id = %(endpoint_id)s
        AND (%(before)s::bigint IS NULL OR event.sequence < %(before)s)
        AND (%(kinds)s::text[] IS NULL OR event.kind = ANY (%(kinds)s))
        AND (%(subject)s::uuid IS NULL OR event.subject = %(subject)s)
        AND (%(since)s::timestamptz IS NULL OR event.at >= %(since)s)
        AND (%(until)s::timestamptz IS NULL OR event.at < %(until)s)
) AS told
LEFT JOIN LATERAL (
    SELECT status, error FROM webhook_attempt WHERE delivery_id = told.id ORDER BY at DESC LIMIT 1
) AS last ON true
WHERE (%(standing)s::text IS NULL OR standing = %(standing)s)
ORDER BY told.sequence DESC LIMIT %(limit)s;

-- name: page_of_open
-- The same of what waits or was missed: from the two narrow tables, however much was delivered. Ids of an endpoint's
-- events rise with their numbers.
SELECT told.id, told.endpoint_id, told.sequence, told.kind, told.at, told.subject, told.data, open.standing, open.tries,
    open.next_at, last.status, coalesce(last.error, '')
FROM (
    (SELECT id, 'missed' AS standing, 0::smallint AS tries, NULL::timestamptz AS next_at FROM webhook_missed
    WHERE endpoint_id = %(endpoint_id)s AND %(standing)s::text = 'missed')
    UNION ALL
    (SELECT id, %(standing)s::text, tries, next_at FROM webhook_queue
    WHERE endpoint_id = %(endpoint_id)s AND (tries > 0) = (%(standing)s::text = 'retrying')
        AND %(standing)s::text <> 'missed')
) AS open
CROSS JOIN LATERAL (
    SELECT * FROM webhook_event AS event WHERE event.id = open.id AND event.account_id = %(account_id)s LIMIT 1
) AS told
LEFT JOIN LATERAL (
    SELECT status, error FROM webhook_attempt WHERE delivery_id = told.id ORDER BY at DESC LIMIT 1
) AS last ON true
WHERE (%(before)s::bigint IS NULL OR told.sequence < %(before)s)
    AND (%(kinds)s::text[] IS NULL OR told.kind = ANY (%(kinds)s))
    AND (%(subject)s::uuid IS NULL OR told.subject = %(subject)s)
    AND (%(since)s::timestamptz IS NULL OR told.at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR told.at < %(until)s)
ORDER BY open.id DESC LIMIT %(limit)s;

-- name: undelivered
-- What was missed and what is tried in vain, newest first: from the two narrow tables, however much was delivered.
SELECT told.id, told.endpoint_id, told.sequence, told.kind, told.at, told.subject, told.data, open.standing, open.tries,
    open.next_at, last.status, coalesce(last.error, '')
FROM (
    SELECT id, 'missed' AS standing, 0::smallint AS tries, NULL::timestamptz AS next_at FROM webhook_missed
    WHERE endpoint_id = %(endpoint_id)s
    UNION ALL
    SELECT id, 'retrying', tries, next_at FROM webhook_queue WHERE endpoint_id = %(endpoint_id)s AND tries > 0
) AS open
JOIN webhook_event AS told ON told.id = open.id AND told.account_id = %(account_id)s
LEFT JOIN LATERAL (
    SELECT status, error FROM webhook_attempt WHERE delivery_id = told.id ORDER BY at DESC LIMIT 1
) AS last ON true
ORDER BY told.sequence DESC LIMIT %(limit)s;

-- name: attempts
-- Newest first.
SELECT at, try, is_ok, status, milliseconds, answer, error FROM webhook_attempt
WHERE delivery_id = %(delivery_id)s AND EXISTS (
    SELECT FROM webhook_event WHERE id = %(delivery_id)s AND account_id = %(account_id)s
)
ORDER BY at DESC, try DESC LIMIT 100;

-- name: counts
-- all accounts: the caller knows whose they are.
SELECT line.endpoint_id,
    (SELECT count(*) FROM (SELECT FROM webhook_queue WHERE webhook_queue.endpoint_id = line.endpoint_id LIMIT 100000) AS w),
    (SELECT count(*) FROM (SELECT FROM webhook_missed WHERE webhook_missed.endpoint_id = line.endpoint_id LIMIT 100000) AS m)
FROM unnest(%(endpoints)s::uuid[]) AS line (endpoint_id);

-- name: pulses
-- all accounts: the caller knows whose they are.
SELECT endpoint_id, hour, taken, failed FROM webhook_pulse
WHERE endpoint_id = ANY (%(endpoints)s) AND hour >= %(since)s ORDER BY endpoint_id, hour;

-- name: next_to_replay
-- Of what fits, in the order of its numbers; what waits is left to wait.
SELECT told.id, told.sequence FROM webhook_event AS told
WHERE told.account_id = %(account_id)s AND told.endpoint_id = %(endpoint_id)s AND told.sequence > %(after)s
    AND told.sequence <= %(last)s
    AND (%(kinds)s::text[] IS NULL OR told.kind = ANY (%(kinds)s))
    AND (%(subject)s::uuid IS NULL OR told.subject = %(subject)s)
    AND (%(since)s::timestamptz IS NULL OR told.at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR told.at < %(until)s)
    AND NOT EXISTS (SELECT FROM webhook_queue WHERE webhook_queue.id = told.id)
    AND (NOT %(missed_only)s OR EXISTS (
        SELECT FROM webhook_missed WHERE webhook_missed.endpoint_id = told.endpoint_id AND webhook_missed.id = told.id
    ))
ORDER BY told.sequence LIMIT %(limit)s;

-- name: requeue
-- all accounts: the caller has found them in an endpoint of the account, whose line it has locked.
WITH found AS (
    DELETE FROM webhook_missed WHERE endpoint_id = %(endpoint_id)s AND id = ANY (%(ids)s)
)
INSERT INTO webhook_queue (endpoint_id, next_at, id, tries)
SELECT %(endpoint_id)s, %(now)s, id, 0 FROM unnest(%(ids)s::uuid[]) AS again (id)
WHERE NOT EXISTS (SELECT FROM webhook_queue WHERE webhook_queue.id = again.id);

-- name: hurry
-- all accounts: as above. What waits for its next attempt may go at once.
WITH waiting AS (
    DELETE FROM webhook_queue WHERE endpoint_id = %(endpoint_id)s AND id = ANY (%(ids)s) AND next_at > %(now)s
    RETURNING id, tries
)
INSERT INTO webhook_queue (endpoint_id, next_at, id, tries) SELECT %(endpoint_id)s, %(now)s, id, tries FROM waiting;

-- name: after
-- Events of a stream from a number on.
SELECT id, sequence, kind, at, data FROM webhook_event
WHERE account_id = %(account_id)s AND endpoint_id = %(endpoint_id)s AND sequence > %(after)s
ORDER BY sequence LIMIT %(limit)s;

-- name: forget_events
-- all accounts: events are kept for some days.
WITH old AS (
    SELECT id FROM webhook_event WHERE id < %(before)s ORDER BY id LIMIT %(limit)s
), waiting AS (
    DELETE FROM webhook_queue WHERE id = ANY (ARRAY(SELECT id FROM old))
), missed AS (
    DELETE FROM webhook_missed WHERE (endpoint_id, id) IN (
        SELECT told.endpoint_id, told.id FROM old JOIN webhook_event AS told USING (id)
    )
), tried AS (
    DELETE FROM webhook_attempt WHERE delivery_id = ANY (ARRAY(SELECT id FROM old))
)
DELETE FROM webhook_event WHERE id = ANY (ARRAY(SELECT id FROM old));

-- name: forget_pulses
-- all accounts: hours long gone.
DELETE FROM webhook_pulse WHERE hour < %(before)s;

-- name: event_exists
SELECT EXISTS (
    SELECT FROM webhook_event
    WHERE account_id = %(account_id)s AND endpoint_id = %(endpoint_id)s AND id = %(delivery_id)s
);
