-- Links that providers shortened.

-- name: keep_told
-- all accounts: providers tell of everybody's messages; each row is of its message's account. Where the provider does not
-- say what was opened, it is the first address of the text. It leads nowhere from the beginning. New ones have places behind
-- those that their message has.
INSERT INTO short_link (code, account_id, message_id, campaign_id, contact_id, program_id, number, country, url, expires_at)
SELECT made.code, message.account_id, message.id, message.campaign_id, message.contact_id, message.program_id, message.dst,
    message.country, coalesce(nullif(made.url, ''), substring(message.body from 'https?://[^[:space:]]+'), %(untold)s::text),
    %(now)s::timestamptz
FROM (
    SELECT *, row_number() OVER (PARTITION BY message_id ORDER BY code) AS place
    FROM unnest(%(codes)s::text[], %(messages)s::uuid[], %(urls)s::text[], %(own)s::text[]) AS new (code, message_id, url, own)
    WHERE NOT EXISTS (SELECT FROM short_link AS known WHERE known.code = new.code LIMIT 1)
        AND NOT EXISTS (SELECT FROM short_link AS ours WHERE ours.code = new.own AND ours.message_id = new.message_id LIMIT 1)
) AS made
CROSS JOIN LATERAL (SELECT * FROM message WHERE message.id = made.message_id LIMIT 1) AS message
WHERE made.place <= %(most)s - (
    SELECT count(*) FROM short_link AS its
    WHERE its.account_id = message.account_id AND its.message_id = message.id
)
ORDER BY made.code
ON CONFLICT (code) DO NOTHING;

-- name: told
-- all accounts: as above. Of codes that another message's link happens to have, nothing.
SELECT link.code FROM unnest(%(codes)s::text[], %(messages)s::uuid[]) AS made (code, message_id)
JOIN short_link AS link ON link.code = made.code AND link.message_id = made.message_id;
