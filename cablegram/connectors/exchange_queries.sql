-- name: keep
-- all accounts: connectors carry everybody's messages.
-- The id was given on arrival: after a commit nobody could say took place, the second time says nothing new. Of a
-- connector that is gone by now nothing is kept.
INSERT INTO exchange (id, connector_id, kind, at, took_ms, message_ids, method, url, request, status, answer, verdict)
SELECT id, connector_id, kind, at, took_ms, string_to_array(message_ids, ',')::uuid[], method, url, request, status, answer,
    verdict
FROM unnest(%(ids)s::uuid[], %(connectors)s::uuid[], %(kinds)s::text[], %(moments)s::timestamptz[], %(took)s::integer[],
    %(messages)s::text[], %(methods)s::text[], %(urls)s::text[], %(requests)s::text[], %(statuses)s::smallint[],
    %(answers)s::text[], %(verdicts)s::text[])
    AS new (id, connector_id, kind, at, took_ms, message_ids, method, url, request, status, answer, verdict)
WHERE EXISTS (SELECT FROM connector WHERE connector.id = new.connector_id LIMIT 1)
ON CONFLICT DO NOTHING;

-- name: page
-- Newest first; with a message only what is about it.
SELECT id, connector_id, kind, at, took_ms, message_ids, method, url, request, status, answer, verdict FROM exchange
WHERE connector_id = %(connector_id)s
    AND (%(before)s::uuid IS NULL OR (at, id) < (SELECT at, id FROM exchange WHERE id = %(before)s::uuid))
    AND (%(message_id)s::uuid IS NULL OR message_ids @> ARRAY[%(message_id)s::uuid])
    AND (%(kind)s::text IS NULL OR kind = %(kind)s::text)
ORDER BY at DESC, id DESC LIMIT %(limit)s;

-- name: of_message
-- What was said about a message: found by connector and time, for an index by message would be paid for by every send. A
-- callback whose message was not known when it came has no id of it, but the moment that stands in the message's story.
SELECT DISTINCT ON (found.at, found.id) found.*
FROM (
    SELECT said.* FROM unnest(%(since)s::timestamptz[], %(until)s::timestamptz[]) AS span (since, until)
    CROSS JOIN LATERAL (
        SELECT id, connector_id, kind, at, took_ms, message_ids, method, url, request, status, answer, verdict
        FROM exchange
        WHERE exchange.connector_id = %(connector_id)s AND at BETWEEN span.since AND span.until
            AND message_ids @> ARRAY[%(message_id)s::uuid]
        ORDER BY at LIMIT %(limit)s
    ) AS said
    UNION ALL
    SELECT id, connector_id, kind, at, took_ms, message_ids, method, url, request, status, answer, verdict
    FROM exchange
    WHERE exchange.connector_id = %(connector_id)s AND at = ANY (%(moments)s::timestamptz[]) AND kind = 'callback'
        AND (message_ids @> ARRAY[%(message_id)s::uuid] OR message_ids = '{}')
) AS found
ORDER BY found.at, found.id LIMIT %(limit)s;

-- name: get
SELECT id, connector_id, kind, at, took_ms, message_ids, method, url, request, status, answer, verdict FROM exchange
WHERE id = %(id)s;

-- name: judge
UPDATE exchange SET verdict = %(verdict)s,
    message_ids = CASE WHEN %(messages)s::uuid[] = '{}' THEN message_ids ELSE %(messages)s::uuid[] END
WHERE id = %(id)s;

-- name: forget
-- all accounts: whosesoever connectors they are of. Some at a time, the oldest of each connector first.
DELETE FROM exchange WHERE id = ANY (ARRAY(
    SELECT old.id FROM connector CROSS JOIN LATERAL (
        SELECT id FROM exchange WHERE exchange.connector_id = connector.id AND at < %(before)s::timestamptz
        ORDER BY at LIMIT %(limit)s
    ) AS old LIMIT %(limit)s
));
