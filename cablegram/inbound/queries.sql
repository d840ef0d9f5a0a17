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
SELECT id, src, dst, body, received_at FROM inbound_text
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
    AND (%(phone)s::text IS NULL OR src = %(phone)s)
    AND (%(words)s::text IS NULL OR strpos(lower(body), lower(%(words)s)) > 0
        OR strpos(src, %(digits)s::text) > 0)
ORDER BY id DESC LIMIT %(limit)s;
