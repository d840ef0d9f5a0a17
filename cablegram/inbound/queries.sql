-- name: insert_texts
-- all accounts: each row names the account whose address it was sent to.
-- The id was given on arrival: after a commit nobody could say took place, the second time says nothing new.
WITH kept AS (
INSERT INTO inbound_text (id, account_id, connector_id, src, dst, body, encoding, received_at, posting_id, rule, parts,
    contact_id, answer_id, answer_error, program_id, media_urls)
SELECT id, account_id, connector_id, src, dst, body, encoding::message_encoding, received_at, posting_id, rule, parts,
    contact_id, answer_id, answer_error, program_id, string_to_array(media, chr(31))
FROM unnest(%(ids)s::uuid[], %(accounts)s::uuid[], %(connectors)s::uuid[], %(sources)s::text[], %(destinations)s::text[],
    %(bodies)s::text[], %(encodings)s::text[], %(moments)s::timestamptz[], %(postings)s::uuid[], %(rules)s::text[],
    %(parts)s::smallint[], %(contacts)s::uuid[], %(answers)s::uuid[], %(errors)s::text[], %(programs)s::uuid[],
    %(media)s::text[])
    AS new (id, account_id, connector_id, src, dst, body, encoding, received_at, posting_id, rule, parts, contact_id,
        answer_id, answer_error, program_id, media)
ON CONFLICT DO NOTHING
RETURNING account_id, id
)
-- An id is given on arrival, and who waits for a part is written down later: reports may have been there before.
INSERT INTO report_text_correction (account_id, id, parts)
SELECT account_id, id, 0 FROM kept
WHERE account_id IS NOT NULL AND id < (SELECT line FROM report_place WHERE only_row);

-- name: known_texts
-- all accounts: which of a batch were recorded before.
SELECT id FROM inbound_text WHERE id = ANY (%(ids)s::uuid[]);

-- name: facts
-- all accounts: each row asks about a writer towards one account and one of its addresses.
-- What the table of rules has to know of the writer, by keys, in one statement for the whole batch.
SELECT place::integer,
    coalesce(
        (SELECT how FROM blacklist AS entry
            WHERE entry.account_id = asked.account_id AND entry.number = asked.number LIMIT 1),
        -- What stood there of somebody who was forgotten since.
        (SELECT CASE kept.standing WHEN 'stopped' THEN 'stop' ELSE 'by_hand' END
            FROM suppression_salt AS salt JOIN suppression AS kept ON kept.account_id = salt.account_id
                AND kept.hash = sha256(salt.salt || convert_to(asked.number, 'UTF8')) AND kept.standing <> 'no_marketing'
            WHERE salt.account_id = asked.account_id LIMIT 1)
    ),
    EXISTS (SELECT FROM consent_review AS review WHERE review.account_id = asked.account_id
        AND review.number = asked.number AND review.verdict IS NULL LIMIT 1),
    EXISTS (SELECT FROM sender WHERE lower(sender.address) = asked.number LIMIT 1),
    ARRAY(SELECT at FROM automatic_answer AS answer WHERE answer.account_id = asked.account_id
        AND answer.number = asked.number AND answer.sender = asked.sender AND answer.at > %(since)s::timestamptz
        ORDER BY at DESC LIMIT %(most)s::integer),
    (SELECT sender_id FROM conversation AS talk
        WHERE talk.account_id = asked.account_id AND talk.number = asked.number LIMIT 1),
    EXISTS (SELECT FROM sender WHERE sender.id = asked.sender_id LIMIT 1)
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[], %(senders)s::text[], %(sender_ids)s::uuid[]) WITH ORDINALITY
    AS asked (account_id, number, sender, sender_id, place);

-- name: insert_answers
-- all accounts: each row names its own.
INSERT INTO automatic_answer (id, account_id, sender, number, at)
SELECT id, account_id, sender, number, %(now)s::timestamptz
FROM unnest(%(ids)s::uuid[], %(accounts)s::uuid[], %(senders)s::text[], %(numbers)s::text[])
    AS new (id, account_id, sender, number);

-- name: forget_answers
-- all accounts: what is older than the guard against loops looks back.
DELETE FROM automatic_answer
WHERE id = ANY (ARRAY(SELECT id FROM automatic_answer WHERE id < %(before)s ORDER BY id LIMIT %(limit)s));

-- name: amend_texts
-- all accounts: late parts of texts that were handed on without them.
WITH longer AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(bodies)s::text[], %(parts)s::smallint[]) AS longer (id, body, parts)
), counted AS (
    INSERT INTO report_text_correction (account_id, id, parts)
    SELECT text.account_id, text.id, text.parts FROM longer JOIN inbound_text AS text ON text.id = longer.id
    WHERE text.account_id IS NOT NULL AND text.id < (SELECT line FROM report_place WHERE only_row)
)
UPDATE inbound_text SET body = longer.body, parts = longer.parts
FROM longer WHERE inbound_text.id = longer.id;

-- name: lock_groups
-- Parts between the same two addresses are joined one batch after the other. In order, so that nobody waits in a circle.
SELECT pg_advisory_xact_lock(7416, place) FROM unnest(%(places)s::integer[]) AS place ORDER BY place;

-- name: groups
-- What is there of texts between these addresses.
SELECT kept.id, kept.connector_id, kept.src, kept.dst, kept.reference, kept.total, kept.began_at, kept.last_at,
    kept.handed_on, kept.pieces::text
FROM unnest(%(connectors)s::uuid[], %(sources)s::text[], %(destinations)s::text[]) AS asked (connector_id, src, dst)
JOIN inbound_group AS kept ON kept.connector_id = asked.connector_id AND kept.src = asked.src AND kept.dst = asked.dst;

-- name: put_groups
INSERT INTO inbound_group (id, connector_id, src, dst, reference, total, began_at, last_at, handed_on, pieces)
SELECT id, connector_id, src, dst, reference, total, began_at, last_at, handed_on, pieces::jsonb
FROM unnest(%(ids)s::uuid[], %(connectors)s::uuid[], %(sources)s::text[], %(destinations)s::text[],
    %(references)s::integer[], %(totals)s::smallint[], %(begun)s::timestamptz[], %(last)s::timestamptz[],
    %(handed_on)s::boolean[], %(pieces)s::text[])
    AS changed (id, connector_id, src, dst, reference, total, began_at, last_at, handed_on, pieces)
ON CONFLICT (id) DO UPDATE
    SET last_at = excluded.last_at, handed_on = excluded.handed_on, pieces = excluded.pieces;

-- name: stale_addresses
-- Between whom texts lack parts for so long that they are handed on without them.
SELECT DISTINCT connector_id, src, dst FROM (
    SELECT connector_id, src, dst FROM inbound_group WHERE NOT handed_on AND last_at <= %(before)s
    ORDER BY last_at LIMIT %(limit)s
) AS stale;

-- name: forget_groups
-- No part can belong to these any more.
DELETE FROM inbound_group WHERE id = ANY (ARRAY(
    SELECT id FROM inbound_group WHERE handed_on AND began_at < %(before)s LIMIT %(limit)s
));

-- name: page_of_texts
SELECT id, src, dst, body, received_at, rule, parts, contact_id, (
        SELECT nullif(name, '') FROM caller_name AS known
        WHERE known.account_id = inbound_text.account_id AND known.number = src
    ), answer_id, answer_error, media_urls
FROM inbound_text
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
    AND (%(phone)s::text IS NULL OR src = %(phone)s)
    AND (%(address)s::text IS NULL OR lower(dst) = lower(%(address)s))
    AND (%(words)s::text IS NULL OR strpos(lower(body), lower(%(words)s)) > 0
        OR strpos(src, %(digits)s::text) > 0)
ORDER BY id DESC LIMIT %(limit)s;

-- name: get_text
SELECT id, src, dst, body, received_at, rule, parts, contact_id, (
        SELECT nullif(name, '') FROM caller_name AS known
        WHERE known.account_id = inbound_text.account_id AND known.number = src
    ), answer_id, answer_error, media_urls
FROM inbound_text
WHERE account_id = %(account_id)s AND id = %(id)s;

-- name: conversation
-- Both directions as one: a side gives no more than the page could take.
WITH heard AS (
    SELECT id, false AS is_ours, src, dst, body, received_at AS at, NULL AS status, rule, media_urls FROM inbound_text
    WHERE account_id = %(account_id)s AND src = %(number)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
    ORDER BY id DESC LIMIT %(limit)s
), said AS (
    SELECT id, true, src, dst, body, accepted_at, state::text, NULL, NULL::text[] FROM message
    WHERE account_id = %(account_id)s AND dst = %(number)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
        AND state <> 'skipped'
    ORDER BY id DESC LIMIT %(limit)s
)
SELECT id, is_ours, src, dst, body, at, status, rule, media_urls
FROM (SELECT * FROM heard UNION ALL SELECT * FROM said) AS line
ORDER BY id DESC LIMIT %(limit)s;

-- name: bodies
SELECT id, body FROM inbound_text WHERE account_id = %(account_id)s AND id = ANY (%(ids)s::uuid[]);
