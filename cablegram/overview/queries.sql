-- What runs here, for the operator: every statement is about the whole installation.

-- name: waiting
-- all accounts: what waits for each connector's links, the held messages too.
SELECT connector_id, sum(n)::bigint FROM (
    SELECT connector_id, count(*) AS n FROM queue GROUP BY connector_id
    UNION ALL SELECT connector_id, count(*) FROM held GROUP BY connector_id
) AS both_places GROUP BY connector_id;

-- name: flying
-- all accounts: what is on the wire of each connector, and what nobody can say about.
SELECT connector_id, count(*) FILTER (WHERE NOT is_unknown), count(*) FILTER (WHERE is_unknown)
FROM flight GROUP BY connector_id;

-- name: moved_since
-- all accounts: what came into each state from a moment on, and by how much each state grew.
SELECT account_id, state::text, coalesce(sum(n) FILTER (WHERE n > 0), 0)::bigint, sum(n)::bigint FROM progress
WHERE at >= %(since)s GROUP BY account_id, state;

-- name: processes
-- A dispatcher lives as long as its session, which holds this lock.
SELECT host, pid, started_at, EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 7411 AND objid = dispatcher.id AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
) FROM dispatcher ORDER BY id DESC LIMIT 20;

-- name: facts
SELECT current_setting('server_version'), pg_database_size(current_database()), pg_postmaster_start_time();
