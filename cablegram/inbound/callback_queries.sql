-- name: claim
-- Of keys that somebody else is writing at this moment, the first to commit has them. In order, so that nobody waits in a
-- circle.
INSERT INTO callback_seen (connector_id, key, at)
SELECT connector_id, key, %(now)s::timestamptz FROM unnest(%(connectors)s::uuid[], %(keys)s::text[]) AS new (connector_id, key)
ORDER BY connector_id, key
ON CONFLICT DO NOTHING
RETURNING connector_id, key;

-- name: release
-- By place, each found by its key: a join planned while the table was empty would read all of it ever after. The rows are
-- this transaction's own, so that nobody moves them.
DELETE FROM callback_seen WHERE ctid = ANY (ARRAY(
    SELECT kept.at FROM unnest(%(connectors)s::uuid[], %(keys)s::text[]) AS gone (connector_id, key)
    CROSS JOIN LATERAL (
        SELECT seen.ctid AS at FROM callback_seen AS seen
        WHERE seen.connector_id = gone.connector_id AND seen.key = gone.key LIMIT 1
    ) AS kept
));

-- name: forget
DELETE FROM callback_seen WHERE (connector_id, key) IN (
    SELECT connector_id, key FROM callback_seen WHERE at < %(before)s::timestamptz ORDER BY at LIMIT %(limit)s
);
