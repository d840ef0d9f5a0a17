-- Statements that add messages and texts up, behind their way (decision 0058).

-- name: hold_place
-- Where adding up goes on; whoever else adds up at this moment is left to it. What lies below the line may be counted as
-- soon as nobody is left who began before it was drawn: whoever moves messages and has not seen the line says nothing.
-- A backup only reads.
SELECT messages, texts, line, drawn_at < coalesce((
    SELECT min(xact_start) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
        AND application_name <> 'pg_dump'
), 'infinity')
FROM report_place WHERE only_row FOR UPDATE SKIP LOCKED;

-- name: draw_line
-- As soon as all below the old one is counted. It has no date until its commit is over.
UPDATE report_place SET line = %(line)s, drawn_at = 'infinity'
WHERE only_row AND line < %(line)s AND messages = line AND texts = line;

-- name: date_line
-- After the commit that drew it: whoever begins from here on sees it.
UPDATE report_place SET drawn_at = clock_timestamp() WHERE only_row AND drawn_at = 'infinity';

-- name: move_place
UPDATE report_place SET messages = %(messages)s, texts = %(texts)s,
    counted_at = coalesce(%(counted_at)s::timestamptz, counted_at)
WHERE only_row;

-- name: changes
-- all accounts: everybody's messages are added up together.
-- What changes in the sums, all of it as of one moment: the next messages in the order of their ids; and those that were
-- counted and moved since, taken out as what they were and put in as what they are. Of a message every row of
-- corrections is taken at once; what was not counted yet will be counted as it then is, so its corrections only go away.
-- A message that is gone stays counted as it was. The last row says how many messages were read, and which was the last.
WITH slice AS MATERIALIZED (
    SELECT id, account_id, accepted_at, country, connector_id, src, campaign_id, class, state,
        report_code(state, error, reason) AS code, coalesce(gateway_segments, segments) AS segments, price,
        refund_id IS NOT NULL AS is_refunded, submitted_at, finished_at
    FROM message WHERE id >= %(after)s::uuid AND id < %(until)s::uuid ORDER BY id LIMIT %(limit)s
), chosen AS (
    SELECT DISTINCT account_id, id FROM (SELECT account_id, id FROM report_correction LIMIT %(limit)s) AS first
), taken AS (
    DELETE FROM report_correction USING chosen
    WHERE report_correction.account_id = chosen.account_id AND report_correction.id = chosen.id
    RETURNING report_correction.*
), was AS (
    SELECT id, (array_agg(state ORDER BY seq))[1] AS state, (array_agg(code ORDER BY seq))[1] AS code,
        (array_agg(is_refunded ORDER BY seq))[1] AS is_refunded,
        (array_agg(connector_id ORDER BY seq) FILTER (WHERE connector_id IS NOT NULL))[1] AS connector_id
    FROM taken WHERE id < %(after)s::uuid GROUP BY id
), moved AS MATERIALIZED (
    SELECT its.*, was.state AS old_state, was.code AS old_code, was.is_refunded AS old_is_refunded,
        coalesce(was.connector_id, its.connector_id) AS old_connector_id
    FROM was CROSS JOIN LATERAL (
        SELECT id, account_id, accepted_at, country, connector_id, src, campaign_id, class, state,
            report_code(state, error, reason) AS code, coalesce(gateway_segments, segments) AS segments, price,
            refund_id IS NOT NULL AS is_refunded, submitted_at, finished_at
        FROM message WHERE message.id = was.id LIMIT 1
    ) AS its
), signed AS (
    SELECT 1 AS sign, account_id, accepted_at, country, connector_id, src, campaign_id, class, state, code, segments, price,
        is_refunded, CASE WHEN state = 'delivered' THEN finished_at - submitted_at END AS delay
    FROM slice
    UNION ALL
    SELECT 1, account_id, accepted_at, country, connector_id, src, campaign_id, class, state, code, segments, price,
        is_refunded, CASE WHEN state = 'delivered' AND old_state <> 'delivered' THEN finished_at - submitted_at END
    FROM moved
    UNION ALL
    SELECT -1, account_id, accepted_at, country, old_connector_id, src, campaign_id, class, old_state, old_code, segments,
        price, old_is_refunded, NULL
    FROM moved
)
SELECT account_id, date_bin('15 minutes', accepted_at, '2000-01-01Z'), country, connector_id, src, campaign_id,
    class::text, state::text, code,
    CASE WHEN delay >= '0' THEN ceil(ln(greatest(extract(epoch FROM delay)::float8 * 1000, 1)) / ln(1.1::float8)) END::smallint,
    sum(sign)::bigint, sum(sign * segments)::bigint,
    sum(CASE WHEN state <> 'skipped' THEN sign * price ELSE 0 END)::bigint,
    sum(CASE WHEN is_refunded THEN sign * price ELSE 0 END)::bigint
FROM signed GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
UNION ALL
SELECT NULL, NULL, NULL, (SELECT id FROM slice ORDER BY id DESC LIMIT 1), NULL, NULL, NULL, NULL, NULL, NULL,
    (SELECT count(*) FROM slice), (SELECT count(*) FROM chosen), 0, 0;

-- name: text_changes
-- all accounts: as above, of texts that came in; nobody's texts are in no report. A row a text: (account, when, who wrote,
-- connector, to which number, texts, parts, micro-credits). What a posting covers costs the same each.
WITH slice AS MATERIALIZED (
    SELECT id, account_id, received_at, src, connector_id, dst, parts, posting_id
    FROM inbound_text WHERE id >= %(after)s::uuid AND id < %(until)s::uuid ORDER BY id LIMIT %(limit)s
), chosen AS (
    SELECT DISTINCT account_id, id FROM (SELECT account_id, id FROM report_text_correction LIMIT %(limit)s) AS first
), taken AS (
    DELETE FROM report_text_correction USING chosen
    WHERE report_text_correction.account_id = chosen.account_id AND report_text_correction.id = chosen.id
    RETURNING report_text_correction.*
), was AS (
    SELECT id, (array_agg(parts ORDER BY seq))[1] AS parts FROM taken WHERE id < %(after)s::uuid GROUP BY id
), signed AS (
    SELECT account_id, received_at, src, connector_id, dst, 1 AS n, parts::integer AS parts, posting_id FROM slice
    UNION ALL
    SELECT text.account_id, text.received_at, text.src, text.connector_id, text.dst, CASE WHEN was.parts = 0 THEN 1 ELSE 0 END,
        text.parts - was.parts, CASE WHEN was.parts = 0 THEN text.posting_id END
    FROM was CROSS JOIN LATERAL (
        SELECT account_id, received_at, src, connector_id, dst, parts, posting_id FROM inbound_text
        WHERE inbound_text.id = was.id LIMIT 1
    ) AS text
)
SELECT account_id, date_bin('15 minutes', received_at, '2000-01-01Z'), src, connector_id, dst, n, parts,
    coalesce((SELECT -amount / greatest(count, 1) FROM posting WHERE posting.id = signed.posting_id), 0)::bigint, NULL
FROM signed WHERE account_id IS NOT NULL
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, (SELECT count(*) FROM slice), (SELECT count(*) FROM chosen), 0,
    (SELECT id FROM slice ORDER BY id DESC LIMIT 1);

-- name: add_quarters
-- all accounts: each row names its own. In the order of the key, so that nobody waits in a circle.
INSERT INTO report_quarter AS known (account_id, at, is_inbound, country, connector_id, sender, campaign_id, class, state,
    code, messages, segments, charged, refunded)
SELECT * FROM unnest(%(accounts)s::uuid[], %(moments)s::timestamptz[], %(inbound)s::boolean[], %(countries)s::text[],
    %(connectors)s::uuid[], %(senders)s::text[], %(campaigns)s::uuid[], %(classes)s::text[], %(states)s::text[],
    %(codes)s::text[], %(messages)s::bigint[], %(segments)s::bigint[], %(charged)s::bigint[], %(refunded)s::bigint[])
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
ON CONFLICT (account_id, at, is_inbound, country, connector_id, sender, campaign_id, class, state, code) DO UPDATE SET
    messages = known.messages + excluded.messages, segments = known.segments + excluded.segments,
    charged = known.charged + excluded.charged, refunded = known.refunded + excluded.refunded;

-- name: add_days
-- all accounts: as above.
INSERT INTO report_day AS known (account_id, day, is_inbound, country, connector_id, sender, campaign_id, class, state,
    code, messages, segments, charged, refunded)
SELECT * FROM unnest(%(accounts)s::uuid[], %(days)s::date[], %(inbound)s::boolean[], %(countries)s::text[],
    %(connectors)s::uuid[], %(senders)s::text[], %(campaigns)s::uuid[], %(classes)s::text[], %(states)s::text[],
    %(codes)s::text[], %(messages)s::bigint[], %(segments)s::bigint[], %(charged)s::bigint[], %(refunded)s::bigint[])
ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
ON CONFLICT (account_id, day, is_inbound, country, connector_id, sender, campaign_id, class, state, code) DO UPDATE SET
    messages = known.messages + excluded.messages, segments = known.segments + excluded.segments,
    charged = known.charged + excluded.charged, refunded = known.refunded + excluded.refunded;

-- name: add_delays
-- all accounts: as above.
INSERT INTO report_delay AS known (account_id, day, connector_id, step, messages)
SELECT * FROM unnest(%(accounts)s::uuid[], %(days)s::date[], %(connectors)s::uuid[], %(steps)s::smallint[],
    %(messages)s::bigint[])
ORDER BY 1, 2, 3, 4
ON CONFLICT (account_id, day, connector_id, step) DO UPDATE SET messages = known.messages + excluded.messages;

-- name: zones
-- all accounts: of those of a slice.
SELECT account_id, zone FROM report_zone WHERE account_id = ANY (%(accounts)s::uuid[]);

-- name: zone_wanted
-- all accounts: who chose another zone for the days.
SELECT account_id, wanted FROM report_zone WHERE wanted IS NOT NULL ORDER BY account_id LIMIT 1 FOR UPDATE SKIP LOCKED;

-- name: drop_days
DELETE FROM report_day WHERE account_id = %(account_id)s;

-- name: make_days
-- Days anew, from the quarters. The caller holds the place, so nobody adds to either.
INSERT INTO report_day (account_id, day, is_inbound, country, connector_id, sender, campaign_id, class, state, code,
    messages, segments, charged, refunded)
SELECT account_id, (at AT TIME ZONE %(zone)s)::date, is_inbound, country, connector_id, sender, campaign_id, class, state,
    code, sum(messages), sum(segments), sum(charged), sum(refunded)
FROM report_quarter WHERE account_id = %(account_id)s GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;

-- name: put_zone
UPDATE report_zone SET zone = wanted, wanted = NULL WHERE account_id = %(account_id)s;
