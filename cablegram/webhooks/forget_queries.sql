-- Statements that take a person out of what webhooks told (L23).

-- name: messages_to
SELECT id FROM message WHERE account_id = %(account_id)s AND dst = ANY (%(numbers)s::text[]);

-- name: hold_making
-- The lock of line_queries.try_to_make.
SELECT pg_advisory_xact_lock(7421, 0);

-- name: empty
-- What tells of messages is found by them; all else by the numbers that stand in it, in quotes and with their plus. What
-- has a type that is never null keeps it: words become empty ones.
WITH theirs AS (
    SELECT id FROM webhook_event WHERE account_id = %(account_id)s AND subject = ANY (%(messages)s::uuid[])
    UNION
    SELECT id FROM webhook_event
    WHERE account_id = %(account_id)s AND NOT starts_with(kind, 'message.') AND data LIKE ANY (%(quoted)s::text[])
), emptied AS (
    UPDATE webhook_event SET data = (
        SELECT json_object_agg(key, CASE
            WHEN value #>> '{}' = ANY (%(shown)s::text[]) OR key IN ('text', 'url') THEN '""'::jsonb
            WHEN key IN ('client_ref', 'answers_client_ref', 'contact_id', 'evidence_id') THEN 'null'
            WHEN key = 'media_urls' THEN '[]'
            ELSE value
        END)::text FROM jsonb_each(data::jsonb)
    )
    FROM theirs WHERE webhook_event.id = theirs.id
    RETURNING webhook_event.id
)
UPDATE webhook_attempt SET answer = '' FROM emptied WHERE delivery_id = emptied.id AND answer <> '';
