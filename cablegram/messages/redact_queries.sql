-- name: redact_number
-- What messages to a number said goes; that they were, their state and their price stay. Those on the wire keep it until
-- their end is known.
WITH theirs AS (
    SELECT id, state NOT IN ('scheduled', 'queued', 'submitting', 'submitted', 'unknown') AS is_over
    FROM message WHERE account_id = %(account_id)s AND dst = %(number)s
), over AS (
    UPDATE message SET body = '', dst = '', client_ref = NULL, media_url = NULL, provider_values = NULL
    FROM theirs WHERE message.id = theirs.id AND theirs.is_over
    RETURNING message.id
), open AS (
    INSERT INTO message_to_redact (message_id, account_id, at)
    SELECT id, %(account_id)s, %(now)s FROM theirs WHERE NOT is_over ON CONFLICT DO NOTHING RETURNING message_id
)
SELECT (SELECT count(*) FROM over), (SELECT count(*) FROM open);

-- name: redact_rest
-- all accounts: what was on the wire when its person was forgotten, and has ended since; or is so old that no carrier
-- tells of it any more.
WITH due AS (
    SELECT message.id FROM message_to_redact AS open JOIN message ON message.id = open.message_id
    WHERE message.state NOT IN ('scheduled', 'queued', 'submitting', 'submitted', 'unknown') OR open.at < %(long_ago)s
    ORDER BY message.id LIMIT %(limit)s
), over AS (
    UPDATE message SET body = '', dst = '', client_ref = NULL, media_url = NULL, provider_values = NULL
    FROM due WHERE message.id = due.id RETURNING message.id
)
DELETE FROM message_to_redact USING over WHERE message_to_redact.message_id = over.id;
