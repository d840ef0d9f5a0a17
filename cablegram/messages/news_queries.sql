-- Statements about what is told of messages to who listens.

-- name: listened
-- all accounts: a flush may mix accounts.
-- Which states somebody wants to hear of. LIMIT goes by the key, whatever the planner thinks of the table.
SELECT asked.account_id, found.states::text[]
FROM unnest(%(accounts)s::uuid[]) AS asked (account_id) CROSS JOIN LATERAL (
    SELECT states FROM listened WHERE listened.account_id = asked.account_id LIMIT 1
) AS found;

-- name: insert_news
-- all accounts: a row names its own.
INSERT INTO message_news (account_id, at, state, message_ids, reasons)
VALUES (%(account_id)s::uuid, %(now)s::timestamptz, %(state)s::text::message_state, %(ids)s::uuid[], %(reasons)s::text[]);

-- name: take_news
-- all accounts: who passes news on does so for all.
-- Of each account the oldest, in turns: as many as have so many messages together, and one at least. Accounts are found
-- by hopping over the index, so that one with very much costs no more than one with little.
WITH RECURSIVE waiting (account_id) AS (
    (SELECT account_id FROM message_news ORDER BY account_id LIMIT 1)
    UNION ALL
    SELECT (
        SELECT next.account_id FROM message_news AS next WHERE next.account_id > waiting.account_id
        ORDER BY next.account_id LIMIT 1
    ) FROM waiting WHERE account_id IS NOT NULL
), oldest AS (
    SELECT each.* FROM waiting CROSS JOIN LATERAL (
        SELECT account_id, id, sum(cardinality(message_ids)) OVER (ORDER BY id) - cardinality(message_ids) AS before,
            cardinality(message_ids) AS n
        FROM (
            SELECT * FROM message_news AS one WHERE one.account_id = waiting.account_id ORDER BY id LIMIT 500
        ) AS its
    ) AS each
), counted AS (
    SELECT account_id, id, sum(n) OVER (ORDER BY before, id) - n AS before FROM oldest
)
DELETE FROM message_news USING counted
WHERE message_news.account_id = counted.account_id AND message_news.id = counted.id AND counted.before < %(limit)s
RETURNING message_news.id, message_news.account_id, at, state::text, message_ids, reasons, errors;

-- name: told_of
-- all accounts: messages that news are about.
-- What does not change of a message, in the order asked for; one that is gone has no row. Of one whose person asked to be
-- forgotten while it was on the wire it is not told again to whom it went.
SELECT found.*
FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS asked (id, place) CROSS JOIN LATERAL (
    SELECT id, campaign_id,
        CASE WHEN EXISTS (SELECT FROM message_to_redact WHERE message_id = message.id) THEN '' ELSE dst END, src,
        CASE WHEN EXISTS (SELECT FROM message_to_redact WHERE message_id = message.id) THEN NULL ELSE client_ref END, class::text, country, segments, price, accepted_at
    FROM message WHERE message.id = asked.id LIMIT 1
) AS found
ORDER BY asked.place;
