-- name: insert
-- The id was given on arrival: the second time says nothing new.
INSERT INTO orphan_receipt (id, connector_id, provider_id, src, dst, outcome, error, head, arrived_at, words, trouble)
SELECT id, %(connector_id)s, provider_id, src, dst, outcome, error, head, arrived_at, words, trouble
FROM unnest(%(ids)s::uuid[], %(provider_ids)s::text[], %(sources)s::text[], %(numbers)s::text[], %(outcomes)s::text[],
    %(errors)s::text[], %(heads)s::text[], %(moments)s::timestamptz[], %(words)s::text[], %(troubles)s::text[])
    AS receipt (id, provider_id, src, dst, outcome, error, head, arrived_at, words, trouble)
ON CONFLICT DO NOTHING;

-- name: waiting_for
-- Receipts that waited for these ids.
SELECT connector_id, id, provider_id, src, dst, outcome, error, head, arrived_at, words, trouble FROM orphan_receipt
WHERE connector_id = %(connector_id)s AND provider_id = ANY (%(provider_ids)s);

-- name: young
-- all accounts: receipts that may have crossed our own record of the id on its way into the database. Newest first:
-- a carrier that sends receipts for messages of somebody else's must not stand before them.
SELECT connector_id, id, provider_id, src, dst, outcome, error, head, arrived_at, words, trouble FROM orphan_receipt
WHERE arrived_at > %(since)s ORDER BY arrived_at DESC LIMIT %(limit)s FOR UPDATE SKIP LOCKED;

-- name: delete
DELETE FROM orphan_receipt WHERE id = ANY (%(ids)s);

-- name: drop_before
DELETE FROM orphan_receipt WHERE arrived_at < %(before)s;
