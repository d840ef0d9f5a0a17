-- Statements of the jobs room.

-- name: insert_job
INSERT INTO job (id, account_id, kind, about, scope, args, state, total, started_by, user_id, created_at)
VALUES (%(job_id)s, %(account_id)s, %(kind)s, %(about)s, %(scope)s, %(args)s::jsonb, 'waiting', %(total)s, %(by)s,
    %(user_id)s, %(now)s);

-- name: wake
-- There is something to do.
SELECT pg_notify('cablegram_jobs', '');

-- name: get_job
SELECT id, account_id, kind, about, scope, args::text, state, step, done, total, result::text, error::text, started_by,
    user_id, created_at, started_at, ended_at, is_cancel_asked, worker, attempts
FROM job WHERE account_id = %(account_id)s AND id = %(job_id)s;

-- name: hold_job
SELECT id, account_id, kind, about, scope, args::text, state, step, done, total, result::text, error::text, started_by,
    user_id, created_at, started_at, ended_at, is_cancel_asked, worker, attempts
FROM job WHERE account_id = %(account_id)s AND id = %(job_id)s FOR UPDATE;

-- name: ask_to_be_told
UPDATE job SET is_told = true WHERE account_id = %(account_id)s AND id = %(job_id)s AND user_id = %(user_id)s
    AND ended_at IS NULL
RETURNING id;

-- name: page_of_jobs
-- Newest first; of all kinds and states, or of one.
SELECT id, account_id, kind, about, scope, args::text, state, step, done, total, result::text, error::text, started_by,
    user_id, created_at, started_at, ended_at, is_cancel_asked, worker, attempts
FROM job
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
    AND (%(kind)s::text IS NULL OR kind = %(kind)s) AND (%(state)s::text IS NULL OR state = %(state)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: count_waiting
SELECT count(*) FROM job WHERE account_id = %(account_id)s AND state IN ('waiting', 'running');

-- name: new_worker
SELECT nextval('job_worker')::integer;

-- name: hold_worker_lock
-- Held by this session until it ends: its end is the only sign of death that others believe.
SELECT pg_try_advisory_lock(7418, %(worker)s);

-- name: claim
-- all accounts: whoever has the fewest at work comes first, then who came first.
-- What a dead worker left is taken up again: its session is gone, and its lock with it.
UPDATE job SET state = 'running', worker = %(worker)s, attempts = attempts + 1, done = 0, step = '',
    started_at = coalesce(started_at, %(now)s)
WHERE id = (
    SELECT id FROM job
    WHERE kind = ANY (%(kinds)s) AND (state = 'waiting' OR state = 'running' AND NOT EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND classid = 7418 AND objid = job.worker AND objsubid = 2 AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ))
    ORDER BY (
        SELECT count(*) FROM job AS other WHERE other.account_id = job.account_id AND other.state = 'running'
    ), id
    LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, account_id, kind, about, scope, args::text, state, step, done, total, result::text, error::text,
    started_by, user_id, created_at, started_at, ended_at, is_cancel_asked, worker, attempts;

-- name: progress
-- all accounts: a worker's own job. No row: somebody else took it over.
UPDATE job SET done = %(done)s, total = coalesce(%(total)s, total), step = coalesce(%(step)s, step)
WHERE id = %(job_id)s AND state = 'running' AND worker = %(worker)s AND attempts = %(attempts)s
RETURNING is_cancel_asked;

-- name: hold_own
-- all accounts: a worker's own job.
SELECT is_cancel_asked FROM job
WHERE id = %(job_id)s AND state = 'running' AND worker = %(worker)s AND attempts = %(attempts)s FOR NO KEY UPDATE;

-- name: end_job
-- all accounts: a worker's own job. No row: somebody else took it over, or it is over.
UPDATE job SET state = %(state)s, worker = NULL, ended_at = %(now)s, result = %(result)s::jsonb, error = %(error)s::jsonb,
    step = '', done = CASE WHEN %(state)s = 'finished' THEN coalesce(total, done) ELSE done END
WHERE id = %(job_id)s AND state = 'running' AND worker = %(worker)s AND attempts = %(attempts)s
RETURNING id;

-- name: put_back
-- all accounts: a worker's own job, which it can't do now.
UPDATE job SET state = 'waiting', worker = NULL
WHERE id = %(job_id)s AND state = 'running' AND worker = %(worker)s AND attempts = %(attempts)s;

-- name: cancel_waiting
UPDATE job SET state = 'cancelled', ended_at = %(now)s
WHERE account_id = %(account_id)s AND id = %(job_id)s AND state = 'waiting';

-- name: ask_to_cancel
UPDATE job SET is_cancel_asked = true WHERE account_id = %(account_id)s AND id = %(job_id)s AND state = 'running';

-- name: forget_jobs
-- all accounts: what was over long ago.
DELETE FROM job WHERE id IN (SELECT id FROM job WHERE ended_at < %(before)s ORDER BY ended_at LIMIT %(limit)s);

-- name: insert_file
INSERT INTO job_file (id, account_id, job_id, name, media_type, created_at, kept_until)
VALUES (%(file_id)s, %(account_id)s, %(job_id)s, %(name)s, %(media_type)s, %(now)s, %(kept_until)s);

-- name: bytes_kept
SELECT coalesce(sum(size), 0)::bigint FROM job_file WHERE account_id = %(account_id)s AND job_id IS NULL;

-- name: insert_part
INSERT INTO job_file_part (file_id, part, bytes) VALUES (%(file_id)s, %(part)s, %(bytes)s);

-- name: close_file
UPDATE job_file SET is_whole = true, size = %(size)s WHERE account_id = %(account_id)s AND id = %(file_id)s;

-- name: keep_file
UPDATE job_file SET kept_until = greatest(kept_until, %(kept_until)s)
WHERE account_id = %(account_id)s AND id = %(file_id)s AND is_whole;

-- name: get_file
SELECT id, account_id, job_id, name, media_type, size, created_at, kept_until FROM job_file
WHERE account_id = %(account_id)s AND id = %(file_id)s AND is_whole;

-- name: files_of_jobs
SELECT id, account_id, job_id, name, media_type, size, created_at, kept_until FROM job_file
WHERE account_id = %(account_id)s AND job_id = ANY (%(job_ids)s) AND is_whole ORDER BY id;

-- name: read_part
-- all accounts: the file was just read as the account's.
SELECT bytes FROM job_file_part WHERE file_id = %(file_id)s AND part = %(part)s;

-- name: delete_file
DELETE FROM job_file WHERE account_id = %(account_id)s AND id = %(file_id)s;

-- name: delete_results
-- What a worker that died had written.
DELETE FROM job_file WHERE account_id = %(account_id)s AND job_id = %(job_id)s;

-- name: forget_files
-- all accounts: what was kept for as long as was said.
DELETE FROM job_file WHERE id IN (
    SELECT id FROM job_file WHERE kept_until < %(now)s ORDER BY kept_until LIMIT %(limit)s
);
