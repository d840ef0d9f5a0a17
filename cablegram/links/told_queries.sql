-- Links that providers shortened.

-- name: keep_told
-- all accounts: providers tell of everybody's messages; each row is of its message's account. Where the provider does not
-- say what was opened, it is the first address of the text. It leads nowhere from the beginning.
INSERT INTO short_link (code, account_id, message_id, campaign_id, contact_id, program_id, number, country, url, expires_at)
SELECT made.code, message.account_id, message.id, message.campaign_id, message.contact_id, message.program_id, message.dst,
    message.country, coalesce(nullif(made.url, ''), substring(message.body from 'https?://[^[:space:]]+'), %(untold)s::text),
    %(now)s::timestamptz
FROM unnest(%(codes)s::text[], %(messages)s::uuid[], %(urls)s::text[], %(own)s::text[]) AS made (code, message_id, url, own)
CROSS JOIN LATERAL (SELECT * FROM message WHERE message.id = made.message_id LIMIT 1) AS message
WHERE NOT EXISTS (
    SELECT FROM short_link AS ours WHERE ours.code = made.own AND ours.message_id = made.message_id
)
ORDER BY made.code
ON CONFLICT (code) DO NOTHING;

-- name: told
-- all accounts: as above. Of codes that another message's link happens to have, nothing.
SELECT link.code FROM unnest(%(codes)s::text[], %(messages)s::uuid[]) AS made (code, message_id)
JOIN short_link AS link ON link.code = made.code AND link.message_id = made.message_id;
