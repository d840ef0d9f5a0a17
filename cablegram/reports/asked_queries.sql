-- Statements that answer reports: from the sums, and from what is not in them yet.

-- name: place
-- How far everything is counted, in which zone this account's days are, and which look that is: who reads in several
-- statements sees by it whether all of them saw the same sums.
SELECT messages, texts, counted_at, report_place.xmin::text,
    (SELECT zone FROM report_zone WHERE account_id = %(account_id)s)
FROM report_place WHERE only_row;

-- name: by_day
SELECT CASE WHEN %(unit)s::text <> '' THEN date_trunc(%(unit)s::text, day)::date END, is_inbound,
    CASE WHEN 'country' = ANY (%(by)s::text[]) THEN country END,
    CASE WHEN 'connector' = ANY (%(by)s::text[]) THEN connector_id END,
    CASE WHEN 'sender' = ANY (%(by)s::text[]) THEN sender END,
    CASE WHEN 'campaign' = ANY (%(by)s::text[]) THEN campaign_id END,
    CASE WHEN 'class' = ANY (%(by)s::text[]) THEN class END,
    state,
    CASE WHEN 'code' = ANY (%(by)s::text[]) THEN code END,
    sum(messages)::bigint, sum(segments)::bigint, sum(charged)::bigint, sum(refunded)::bigint
FROM report_day
WHERE account_id = %(account_id)s AND day >= %(since)s AND day <= %(until)s
    AND (%(countries)s::text[] IS NULL OR country = ANY (%(countries)s::text[]))
    AND (%(connectors)s::uuid[] IS NULL OR connector_id = ANY (%(connectors)s::uuid[]))
    AND (%(senders)s::text[] IS NULL OR sender = ANY (%(senders)s::text[]))
    AND (%(campaigns)s::uuid[] IS NULL OR campaign_id = ANY (%(campaigns)s::uuid[]))
    AND (%(classes)s::text[] IS NULL OR class = ANY (%(classes)s::text[]))
    AND (%(states)s::text[] IS NULL OR state = ANY (%(states)s::text[]))
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;

-- name: by_hour
SELECT date_trunc('hour', at, %(zone)s::text), is_inbound,
    CASE WHEN 'country' = ANY (%(by)s::text[]) THEN country END,
    CASE WHEN 'connector' = ANY (%(by)s::text[]) THEN connector_id END,
    CASE WHEN 'sender' = ANY (%(by)s::text[]) THEN sender END,
    CASE WHEN 'campaign' = ANY (%(by)s::text[]) THEN campaign_id END,
    CASE WHEN 'class' = ANY (%(by)s::text[]) THEN class END,
    state,
    CASE WHEN 'code' = ANY (%(by)s::text[]) THEN code END,
    sum(messages)::bigint, sum(segments)::bigint, sum(charged)::bigint, sum(refunded)::bigint
FROM report_quarter
WHERE account_id = %(account_id)s AND at >= %(begin)s AND at < %(end)s
    AND (%(countries)s::text[] IS NULL OR country = ANY (%(countries)s::text[]))
    AND (%(connectors)s::uuid[] IS NULL OR connector_id = ANY (%(connectors)s::uuid[]))
    AND (%(senders)s::text[] IS NULL OR sender = ANY (%(senders)s::text[]))
    AND (%(campaigns)s::uuid[] IS NULL OR campaign_id = ANY (%(campaigns)s::uuid[]))
    AND (%(classes)s::text[] IS NULL OR class = ANY (%(classes)s::text[]))
    AND (%(states)s::text[] IS NULL OR state = ANY (%(states)s::text[]))
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;

-- name: tail
-- An account's messages that are not counted yet; as many as `most` are too many.
WITH slice AS MATERIALIZED (
    SELECT accepted_at, country, connector_id, src, campaign_id, class, state, report_code(state, error, reason) AS code,
        coalesce(gateway_segments, segments) AS segments, price, refund_id IS NOT NULL AS is_refunded
    FROM message WHERE account_id = %(account_id)s AND id >= %(after)s ORDER BY id LIMIT %(most)s
)
SELECT date_bin('15 minutes', accepted_at, '2000-01-01Z'), country, connector_id, src, campaign_id, class::text,
    state::text, code, count(*), sum(segments)::bigint,
    coalesce(sum(price) FILTER (WHERE state <> 'skipped'), 0)::bigint,
    coalesce(sum(price) FILTER (WHERE is_refunded), 0)::bigint
FROM slice GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;

-- name: moved
-- An account's messages that were counted and moved since, as what they were (-1) and as what they are (1).
WITH was AS (
    SELECT id, (array_agg(state ORDER BY seq))[1] AS state, (array_agg(code ORDER BY seq))[1] AS code,
        (array_agg(is_refunded ORDER BY seq))[1] AS is_refunded,
        (array_agg(connector_id ORDER BY seq) FILTER (WHERE connector_id IS NOT NULL))[1] AS connector_id
    FROM report_correction WHERE account_id = %(account_id)s AND id < %(after)s GROUP BY id ORDER BY id LIMIT %(most)s
), its AS MATERIALIZED (
    SELECT message.*, was.state AS old_state, was.code AS old_code, was.is_refunded AS old_is_refunded,
        coalesce(was.connector_id, message.connector_id) AS old_connector_id
    FROM was CROSS JOIN LATERAL (
        SELECT accepted_at, country, connector_id, src, campaign_id, class, state, report_code(state, error, reason) AS code,
            coalesce(gateway_segments, segments) AS segments, price, refund_id IS NOT NULL AS is_refunded
        FROM message WHERE message.id = was.id AND message.account_id = %(account_id)s LIMIT 1
    ) AS message
)
SELECT date_bin('15 minutes', accepted_at, '2000-01-01Z'), country, connector_id, src, campaign_id, class::text,
    state::text, code, 1, segments, CASE WHEN state <> 'skipped' THEN price ELSE 0 END,
    CASE WHEN is_refunded THEN price ELSE 0 END
FROM its
UNION ALL
SELECT date_bin('15 minutes', accepted_at, '2000-01-01Z'), country, old_connector_id, src, campaign_id, class::text,
    old_state::text, old_code, -1, -segments, CASE WHEN old_state <> 'skipped' THEN -price ELSE 0 END,
    CASE WHEN old_is_refunded THEN -price ELSE 0 END
FROM its;

-- name: any_moved
-- A cheap look before the dear one: almost always there is none.
SELECT EXISTS (SELECT FROM report_correction WHERE account_id = %(account_id)s AND id < %(after)s);

-- name: text_tail
SELECT account_id, date_bin('15 minutes', received_at, '2000-01-01Z'), src, connector_id, dst, 1, parts::integer,
    coalesce((SELECT -amount / greatest(count, 1) FROM posting WHERE posting.id = text.posting_id), 0)::bigint
FROM inbound_text AS text WHERE account_id = %(account_id)s AND id >= %(after)s ORDER BY id LIMIT %(most)s;

-- name: text_moved
SELECT text.account_id, date_bin('15 minutes', received_at, '2000-01-01Z'), src, connector_id, dst,
    CASE WHEN was.parts = 0 THEN 1 ELSE 0 END, text.parts - was.parts,
    CASE WHEN was.parts = 0 THEN coalesce((
        SELECT -amount / greatest(count, 1) FROM posting WHERE posting.id = text.posting_id
    ), 0)::bigint ELSE 0 END
FROM (
    SELECT id, (array_agg(parts ORDER BY seq))[1] AS parts FROM report_text_correction
    WHERE account_id = %(account_id)s AND id < %(after)s GROUP BY id ORDER BY id LIMIT %(most)s
) AS was CROSS JOIN LATERAL (
    SELECT account_id, received_at, src, connector_id, dst, parts, posting_id FROM inbound_text
    WHERE inbound_text.id = was.id AND inbound_text.account_id = %(account_id)s LIMIT 1
) AS text;

-- name: delays
-- How many messages took how long, by connector.
SELECT connector_id, step, sum(messages)::bigint FROM report_delay
WHERE account_id = %(account_id)s AND day >= %(since)s AND day <= %(until)s
    AND (%(connectors)s::uuid[] IS NULL OR connector_id = ANY (%(connectors)s::uuid[]))
GROUP BY connector_id, step;

-- name: opt_outs
-- Who said no, by day, way and what it is about: marketing, everything, or a program's id.
SELECT (at AT TIME ZONE %(zone)s)::date, how, scope, count(*) FROM evidence
WHERE account_id = %(account_id)s AND kind = 'opt_out' AND id >= %(low)s AND id < %(high)s
    AND at >= %(begin)s AND at < %(end)s
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- name: names_of
-- What connectors, campaigns and programs are called: the account's own, and the operator's connectors.
SELECT id, name FROM connector
WHERE id = ANY (%(ids)s::uuid[]) AND (account_id IS NULL OR account_id = %(account_id)s)
UNION ALL
SELECT id, name FROM campaign WHERE id = ANY (%(ids)s::uuid[]) AND account_id = %(account_id)s;

-- name: choose_zone
INSERT INTO report_zone (account_id, zone, wanted) VALUES (%(account_id)s, 'UTC', %(zone)s)
ON CONFLICT (account_id) DO UPDATE SET wanted = excluded.wanted;

-- name: zone_chosen
SELECT coalesce(wanted, zone) FROM report_zone WHERE account_id = %(account_id)s;
