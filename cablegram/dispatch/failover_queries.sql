-- Statements that move what waits for one connector to others. Each reaches its rows by key, as those of queries.sql.

-- name: stranded
-- all accounts: a connector carries everybody's messages.
-- A slice of what waits for a connector, with what rules look at. Rows whose message is not seen yet are left: see `claim`.
SELECT waiting.lane, waiting.share, waiting.id, waiting.campaign_id, its.account_id, its.dst, its.country, its.src,
    its.class, its.has_media, its.provider_values
FROM (
    SELECT lane, share, id, campaign_id FROM queue
    WHERE queue.connector_id = %(connector_id)s::uuid
        AND (lane, share, id) > (%(lane)s::smallint, %(share)s::smallint, %(id)s::uuid)
    ORDER BY lane, share, id LIMIT %(limit)s::integer
) AS waiting CROSS JOIN LATERAL (
    SELECT account_id, dst, country, src, class::text AS class, media_url IS NOT NULL AS has_media, provider_values
    FROM message WHERE message.id = waiting.id LIMIT 1
) AS its
ORDER BY waiting.lane, waiting.share, waiting.id;

-- name: reroute
-- all accounts: see stranded. The caller holds campaigns and shares.
-- Places in the queue and their messages move together. A place that a claim has locked stays: that message is about to be
-- on the wire. What left the queue since it was read is not found.
WITH asked AS (
    SELECT * FROM unnest(%(lanes)s::smallint[], %(shares)s::smallint[], %(ids)s::uuid[], %(connectors)s::uuid[])
        AS t (lane, share, id, to_connector)
), locked AS MATERIALIZED (
    SELECT asked.*, waiting.at, waiting.campaign_id, waiting.segments, waiting.number, waiting.closes_at
    FROM asked CROSS JOIN LATERAL (
        SELECT queue.ctid AS at, campaign_id, segments, number, closes_at FROM queue
        WHERE queue.connector_id = %(connector_id)s::uuid AND queue.lane = asked.lane AND queue.share = asked.share
            AND queue.id = asked.id
        FOR UPDATE SKIP LOCKED
    ) AS waiting
), moved AS (
    UPDATE message SET connector_id = locked.to_connector
    FROM locked WHERE message.id = locked.id AND message.state = 'queued'
    RETURNING message.account_id, locked.*
), taken AS (
    DELETE FROM queue WHERE ctid = ANY (ARRAY(SELECT at FROM moved))
), placed AS (
    INSERT INTO queue (connector_id, lane, share, id, campaign_id, segments, number, closes_at)
    SELECT to_connector, lane, share, id, campaign_id, segments, number, closes_at FROM moved
), corrected AS (
    INSERT INTO report_correction (account_id, id, state, connector_id, is_refunded)
    SELECT account_id, id, 'queued', %(connector_id)s::uuid, false FROM moved WHERE id < (SELECT line FROM report_place WHERE only_row)
)
SELECT id, to_connector FROM moved;

-- name: names_of
-- all accounts: for the stories of their messages.
SELECT id, name FROM connector WHERE id = ANY (%(ids)s::uuid[]);
