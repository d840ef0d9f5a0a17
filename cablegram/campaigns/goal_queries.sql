-- Goals of campaigns: what people did, and who reached them.

-- name: put_conversions
INSERT INTO conversion (account_id, number, event, at, told_at)
SELECT DISTINCT %(account_id)s::uuid, number, event, at, %(now)s::timestamptz
FROM unnest(%(numbers)s::text[], %(events)s::text[], %(ats)s::timestamptz[]) AS told (number, event, at)
ORDER BY number, event, at
ON CONFLICT DO NOTHING;

-- name: conversions_of
-- The newest first.
SELECT event, at FROM conversion WHERE account_id = %(account_id)s AND number = ANY (%(numbers)s::text[])
ORDER BY at DESC, event LIMIT %(limit)s;

-- name: forget_conversions
DELETE FROM conversion WHERE account_id = %(account_id)s AND number = ANY (%(numbers)s::text[]);

-- name: people
-- Whom a campaign reached, and whom it held out.
SELECT count(*) FILTER (WHERE state IN ('submitted', 'delivered')), count(*) FILTER (WHERE reason = 'held_out')
FROM message WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s
    AND (state IN ('submitted', 'delivered') OR (state = 'skipped' AND reason = 'held_out'));

-- name: by_event
-- People who did something within the time after they got it, or, where they were held out, after the start: of what was
-- told, for that is far less than what was sent.
SELECT of.state = 'skipped', count(DISTINCT of.id) FROM conversion
CROSS JOIN LATERAL (
    SELECT id, state, coalesce(submitted_at, claimed_at, accepted_at) AS went_at FROM message
    WHERE message.account_id = %(account_id)s AND message.dst = conversion.number AND message.id >= %(since_id)s
        AND message.campaign_id = %(campaign_id)s
        AND (message.state IN ('submitted', 'delivered') OR (message.state = 'skipped' AND message.reason = 'held_out'))
    LIMIT 1
) AS of
WHERE conversion.account_id = %(account_id)s AND conversion.event = %(event)s AND conversion.at >= %(since)s
    AND conversion.at < CASE WHEN of.state = 'skipped' THEN %(since)s ELSE of.went_at END + %(within)s
    AND (of.state = 'skipped' OR conversion.at >= of.went_at)
GROUP BY 1;

-- name: by_replies
-- The same of people who wrote to the number that it came from; who was held out, to any number of the account.
SELECT of.state = 'skipped', count(DISTINCT of.id) FROM inbound_text AS text
CROSS JOIN LATERAL (
    SELECT id, state, src, coalesce(submitted_at, claimed_at, accepted_at) AS went_at FROM message
    WHERE message.account_id = %(account_id)s AND message.dst = text.src AND message.id >= %(since_id)s
        AND message.campaign_id = %(campaign_id)s
        AND (message.state IN ('submitted', 'delivered') OR (message.state = 'skipped' AND message.reason = 'held_out'))
    LIMIT 1
) AS of
WHERE text.account_id = %(account_id)s AND text.id >= %(since_id)s AND text.received_at >= %(since)s
    AND (text.rule IS NULL OR text.rule <> ALL (%(refusals)s::text[]))
    AND text.received_at < CASE WHEN of.state = 'skipped' THEN %(since)s ELSE of.went_at END + %(within)s
    AND (of.state = 'skipped' OR (text.received_at >= of.went_at AND ltrim(of.src, '+') = ltrim(text.dst, '+')))
GROUP BY 1;

-- name: by_clicks
-- People who opened a link of it within the time.
SELECT false, count(DISTINCT message.id) FROM short_link AS link JOIN message ON message.id = link.message_id
WHERE link.account_id = %(account_id)s AND link.campaign_id = %(campaign_id)s AND link.is_opened
    AND link.first_at IS NOT NULL AND link.url IS NOT NULL AND message.account_id = %(account_id)s
    AND message.state IN ('submitted', 'delivered')
    AND link.first_at < coalesce(message.submitted_at, message.claimed_at, message.accepted_at) + %(within)s;
