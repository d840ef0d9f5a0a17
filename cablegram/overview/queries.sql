-- What runs here, for the operator: every statement is about the whole installation.

-- name: lanes
-- all accounts: what waits in each lane of each connector, counted up to a limit, and the oldest of it. An id begins with
-- its time, and the queue is in the order of connector, lane, share and id: `heads` hops from share to share.
WITH RECURSIVE heads AS (
    (SELECT connector_id, lane, share, id FROM queue ORDER BY connector_id, lane, share, id LIMIT 1)
    UNION ALL
    SELECT next.connector_id, next.lane, next.share, next.id
    FROM heads CROSS JOIN LATERAL (
        SELECT queue.connector_id, queue.lane, queue.share, queue.id FROM queue
        WHERE (queue.connector_id, queue.lane, queue.share) > (heads.connector_id, heads.lane, heads.share)
        ORDER BY queue.connector_id, queue.lane, queue.share, queue.id LIMIT 1
    ) AS next
)
SELECT lane.connector_id, lane.lane, (
    SELECT count(*) FROM (
        SELECT FROM queue WHERE queue.connector_id = lane.connector_id AND queue.lane = lane.lane LIMIT %(most)s
    ) AS counted
), lane.oldest::uuid
FROM (SELECT connector_id, lane, min(id::text) AS oldest FROM heads GROUP BY connector_id, lane) AS lane
ORDER BY lane.connector_id, lane.lane;

-- name: aside
-- all accounts: what waits aside of the lanes, counted up to a limit.
SELECT connector_id, count(*) FROM (SELECT connector_id FROM held LIMIT %(most)s) AS counted GROUP BY connector_id;

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

-- name: totals
-- all accounts: what ever came into each state, and how many are in it: the sums so far, and the log since.
SELECT state::text, sum(came)::bigint, sum(grew)::bigint FROM (
    SELECT state, came, grew FROM total
    UNION ALL
    SELECT state, coalesce(sum(n) FILTER (WHERE n > 0), 0), sum(n) FROM progress
    WHERE at >= (SELECT until FROM total_until) GROUP BY state
) AS both_places GROUP BY state;

-- name: advance_totals
-- all accounts: the log is everybody's. Add to the sums what is older than any transaction that may still write.
WITH old AS (
    SELECT until FROM total_until FOR UPDATE SKIP LOCKED
), new AS (
    SELECT old.until AS since, date_trunc('second', least(%(now)s, (
        SELECT min(xact_start) FROM pg_stat_activity WHERE datname = current_database()
    )) - %(margin)s::interval) AS until
    FROM old
), added AS (
    INSERT INTO total (state, came, grew)
    SELECT state, coalesce(sum(n) FILTER (WHERE n > 0), 0), sum(n)
    FROM progress WHERE at >= (SELECT since FROM new) AND at < (SELECT until FROM new)
    GROUP BY state
    ON CONFLICT (state) DO UPDATE SET came = total.came + excluded.came, grew = total.grew + excluded.grew
)
UPDATE total_until SET until = new.until FROM new WHERE new.until > new.since;

-- name: note_process
-- By the database's own clock, which is the same for all machines.
INSERT INTO process (id, name, host, pid, started_at, seen_at, figures)
VALUES (%(id)s, %(name)s, %(host)s, %(pid)s, now(), now(), %(figures)s)
ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, figures = excluded.figures;

-- name: drop_process
DELETE FROM process WHERE id = %(id)s;

-- name: forget_processes
DELETE FROM process WHERE seen_at < now() - %(after)s::interval;

-- name: reports
-- What each process says of itself, the youngest last; whether it still does.
SELECT name, host, pid, started_at, seen_at > now() - %(patience)s::interval, figures::text FROM process ORDER BY name, id;

-- name: connectors
-- all accounts: figures are about everybody's connectors.
SELECT id, name, is_enabled, (settings ->> 'window')::integer * (settings ->> 'binds')::integer
FROM connector ORDER BY id;

-- name: links
-- all accounts: figures are about everybody's links.
SELECT connector_id, number, state FROM link ORDER BY connector_id, number;

-- name: living_dispatchers
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7411 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database());

-- name: resent
-- all accounts: messages in question that were sent again by policy; there are few of them.
SELECT count(*) FROM resend;

-- name: stopped
-- Whether the operator stopped all sending: the row that every claim looks for.
SELECT value ->> 'since', value ->> 'by', value ->> 'why' FROM installation WHERE name = 'sending_stopped';

-- name: migrations
SELECT name, hash FROM migration;
