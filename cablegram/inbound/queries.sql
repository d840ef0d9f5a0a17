-- name: insert_texts
-- all accounts: each row names the account whose address it was sent to.
-- The id was given on arrival: after a commit nobody could say took place, the second time says nothing new.
INSERT INTO inbound_text (id, account_id, connector_id, src, dst, body, encoding, received_at)
SELECT * FROM unnest(%(ids)s::uuid[], %(accounts)s::uuid[], %(connectors)s::uuid[], %(sources)s::text[],
    %(destinations)s::text[], %(bodies)s::text[], %(encodings)s::message_encoding[], %(moments)s::timestamptz[])
ON CONFLICT DO NOTHING
RETURNING id, account_id;

-- name: name_postings
-- all accounts: see insert_texts.
UPDATE inbound_text SET posting_id = charged.posting_id
FROM unnest(%(ids)s::uuid[], %(postings)s::uuid[]) AS charged (id, posting_id)
WHERE inbound_text.id = charged.id;

-- name: page_of_texts
SELECT id, src, dst, body, received_at, rule, parts, contact_id, caller_name, answer_id FROM inbound_text
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
    AND (%(phone)s::text IS NULL OR src = %(phone)s)
    AND (%(address)s::text IS NULL OR lower(dst) = lower(%(address)s))
    AND (%(words)s::text IS NULL OR strpos(lower(body), lower(%(words)s)) > 0
        OR strpos(src, %(digits)s::text) > 0)
ORDER BY id DESC LIMIT %(limit)s;

-- name: get_text
SELECT id, src, dst, body, received_at, rule, parts, contact_id, caller_name, answer_id FROM inbound_text
WHERE account_id = %(account_id)s AND id = %(id)s;

-- name: conversations
-- The last text of each number that wrote: one behind which there is no later one.
SELECT id, src, dst, body, received_at, contact_id, caller_name FROM inbound_text AS last
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
    AND (%(digits)s::text IS NULL OR strpos(src, %(digits)s) > 0)
    AND NOT EXISTS (
        SELECT FROM inbound_text AS later
        WHERE later.account_id = %(account_id)s AND later.src = last.src AND later.id > last.id
    )
ORDER BY id DESC LIMIT %(limit)s;

-- name: conversation
-- Both directions as one: a side gives no more than the page could take.
WITH heard AS (
    SELECT id, false AS is_ours, src, dst, body, received_at AS at, NULL AS status, rule FROM inbound_text
    WHERE account_id = %(account_id)s AND src = %(number)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
    ORDER BY id DESC LIMIT %(limit)s
), said AS (
    SELECT id, true, src, dst, body, accepted_at, state::text, NULL FROM message
    WHERE account_id = %(account_id)s AND dst = %(number)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
        AND state <> 'skipped'
    ORDER BY id DESC LIMIT %(limit)s
)
SELECT id, is_ours, src, dst, body, at, status, rule
FROM (SELECT * FROM heard UNION ALL SELECT * FROM said) AS line
ORDER BY id DESC LIMIT %(limit)s;

-- name: bodies
SELECT id, body FROM inbound_text WHERE account_id = %(account_id)s AND id = ANY (%(ids)s::uuid[]);
