-- Statements of the ledger of consent.

-- name: hold_heads
-- all accounts: each row names its own.
-- In the order of accounts, so that two batches don't wait for each other in a circle. Where there was an end it is written
-- as it is: only so the statement locks it and gives it back, whatever the snapshot.
INSERT INTO evidence_head AS head (account_id, seq, hash)
SELECT account_id, 0, beginning FROM unnest(%(accounts)s::uuid[], %(beginnings)s::bytea[]) AS new (account_id, beginning)
ORDER BY account_id
ON CONFLICT (account_id) DO UPDATE SET seq = head.seq
RETURNING account_id, seq, hash;

-- name: move_heads
-- all accounts: each row names its own, whose end the transaction holds.
UPDATE evidence_head SET seq = moved.seq, hash = moved.hash
FROM unnest(%(accounts)s::uuid[], %(seqs)s::bigint[], %(hashes)s::bytea[]) AS moved (account_id, seq, hash)
WHERE evidence_head.account_id = moved.account_id;

-- name: insert
-- all accounts: each row names its own.
INSERT INTO evidence (account_id, seq, id, form, after, hash, at, recorded_at, scope, kind, how, before, words_version,
    message_id, text_id, follows, count, digest, sealed, salt, number, recorded_by, source, words, said, url, address)
SELECT account_id, seq, id, %(form)s::smallint, after, hash, at, %(now)s::timestamptz, scope, kind, how, before, version,
    message_id, text_id, follows, count, digest, sealed, salt, number, recorded_by, source, words, said, url, address
FROM unnest(%(accounts)s::uuid[], %(seqs)s::bigint[], %(ids)s::uuid[], %(afters)s::bytea[], %(hashes)s::bytea[],
    %(ats)s::timestamptz[], %(scopes)s::text[], %(kinds)s::text[], %(hows)s::text[], %(befores)s::text[],
    %(versions)s::text[], %(messages)s::uuid[], %(texts)s::uuid[], %(follows)s::uuid[], %(counts)s::bigint[],
    %(digests)s::bytea[], %(sealed)s::bytea[], %(salts)s::bytea[], %(numbers)s::text[], %(by)s::text[],
    %(sources)s::text[], %(words)s::text[], %(said)s::text[], %(urls)s::text[], %(addresses)s::text[])
    AS new (account_id, seq, id, after, hash, at, scope, kind, how, before, version, message_id, text_id, follows, count,
        digest, sealed, salt, number, recorded_by, source, words, said, url, address);
