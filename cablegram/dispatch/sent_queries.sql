-- name: ids
-- Of several messages under one id the newest is meant, as receipts mean it.
SELECT asked.place::integer, found.message_id
FROM unnest(%(keys)s::text[]) WITH ORDINALITY AS asked (key, place)
CROSS JOIN LATERAL (
    SELECT message_id FROM submission
    WHERE submission.connector_id = %(connector_id)s::uuid AND submission.provider_id = asked.key
    ORDER BY message_id DESC LIMIT 1
) AS found;

-- name: by_ids
-- all accounts: providers tell of everybody's messages.
SELECT asked.place::integer, found.account_id, found.src, found.dst
FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS asked (id, place)
CROSS JOIN LATERAL (SELECT account_id, src, dst FROM message WHERE message.id = asked.id LIMIT 1) AS found;

-- name: last_to
-- all accounts: a provider names a number, and sometimes our sender, but no message. The newest that went there over this
-- connector since a moment, of some accounts or (null) of any; each account is looked through by the key of its numbers.
-- One plan serves both: with `IS NULL OR` it would read every account to find one.
SELECT asked.place::integer, found.account_id, found.src, found.dst
FROM unnest(%(numbers)s::text[], %(senders)s::text[]) WITH ORDINALITY AS asked (number, sender, place)
CROSS JOIN LATERAL (
    SELECT last.id, last.account_id, last.src, last.dst
    FROM account CROSS JOIN LATERAL (
        SELECT message.id, message.account_id, message.src, message.dst FROM message
        WHERE message.account_id = account.id AND message.dst = asked.number AND message.id >= %(since)s::uuid
            AND message.connector_id = %(connector_id)s::uuid
            AND (asked.sender = '' OR lower(message.src) = lower(asked.sender))
        ORDER BY message.id DESC LIMIT 1
    ) AS last
    WHERE account.id = ANY (coalesce(%(accounts)s::uuid[], ARRAY(SELECT id FROM account)))
    ORDER BY last.id DESC LIMIT 1
) AS found;
