-- name: claim
-- Of keys that somebody else is writing at this moment, the first to commit has them. In order, so that nobody waits in a
-- circle.
INSERT INTO callback_seen (connector_id, key, at)
SELECT connector_id, key, %(now)s::timestamptz FROM unnest(%(connectors)s::uuid[], %(keys)s::text[]) AS new (connector_id, key)
ORDER BY connector_id, key
ON CONFLICT DO NOTHING
RETURNING connector_id, key;

-- name: release
DELETE FROM callback_seen USING unnest(%(connectors)s::uuid[], %(keys)s::text[]) AS gone (connector_id, key)
WHERE callback_seen.connector_id = gone.connector_id AND callback_seen.key = gone.key;

-- name: forget
DELETE FROM callback_seen WHERE (connector_id, key) IN (
    SELECT connector_id, key FROM callback_seen WHERE at < %(before)s::timestamptz ORDER BY at LIMIT %(limit)s
);
