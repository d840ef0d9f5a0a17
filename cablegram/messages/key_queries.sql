-- Statements about idempotency keys: whoever asks twice with one is answered twice the same.

-- name: begin_idempotent
-- Claim keys. A key that another open transaction has claimed is waited for; one that is done is not returned.
-- In the order of keys, so that two flushes never wait for each other in a circle.
-- all accounts: a flush may mix accounts; each row names its own.
INSERT INTO idempotency (account_id, endpoint, key, body_hash, status, response, created_at)
SELECT account_id, endpoint, key, body_hash, 0, '', %(now)s::timestamptz
FROM unnest(%(accounts)s::uuid[], %(endpoints)s::text[], %(keys)s::text[], %(hashes)s::bytea[])
    AS asked (account_id, endpoint, key, body_hash)
ORDER BY account_id, endpoint, key
ON CONFLICT DO NOTHING
RETURNING account_id, endpoint, key;

-- name: idempotent_answer
SELECT body_hash, status, response FROM idempotency
WHERE account_id = %(account_id)s AND endpoint = %(endpoint)s AND key = %(key)s;

-- name: end_idempotent
-- all accounts: see begin_idempotent. Keep the answers that are worth repeating ... An insert that is bound to meet the
-- row goes by its key whatever the planner thinks of the table; an update that joins may compare all with all.
INSERT INTO idempotency (account_id, endpoint, key, body_hash, status, response, created_at)
SELECT account_id, endpoint, key, '', status, response, 'epoch'
FROM unnest(%(accounts)s::uuid[], %(endpoints)s::text[], %(keys)s::text[], %(statuses)s::smallint[],
    %(responses)s::bytea[]) AS done (account_id, endpoint, key, status, response)
ON CONFLICT (account_id, endpoint, key) DO UPDATE SET status = excluded.status, response = excluded.response;

-- name: drop_idempotent
-- all accounts: see begin_idempotent. ... and let go of the others: a refused request may be repeated.
DELETE FROM idempotency WHERE status = 0 AND ctid = ANY (ARRAY(
    SELECT found.at
    FROM unnest(%(accounts)s::uuid[], %(endpoints)s::text[], %(keys)s::text[]) AS dropped (account_id, endpoint, key)
    CROSS JOIN LATERAL (
        SELECT idempotency.ctid AS at FROM idempotency
        WHERE idempotency.account_id = dropped.account_id AND idempotency.endpoint = dropped.endpoint
            AND idempotency.key = dropped.key
        LIMIT 1
    ) AS found
));

-- name: forget_idempotent
-- all accounts: keys are kept a day, then forgotten.
DELETE FROM idempotency WHERE created_at < %(before)s;
