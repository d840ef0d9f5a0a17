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
    %(ats)s::timestamptz[], %(scopes)s::text[], %(kinds)s::text[], %(hows)s::text[], %(stood)s::text[],
    %(versions)s::text[], %(messages)s::uuid[], %(texts)s::uuid[], %(follows)s::uuid[], %(counts)s::bigint[],
    %(digests)s::bytea[], %(sealed)s::bytea[], %(salts)s::bytea[], %(numbers)s::text[], %(by)s::text[],
    %(sources)s::text[], %(words)s::text[], %(said)s::text[], %(urls)s::text[], %(addresses)s::text[])
    AS new (account_id, seq, id, after, hash, at, scope, kind, how, before, version, message_id, text_id, follows, count,
        digest, sealed, salt, number, recorded_by, source, words, said, url, address);

-- name: of_number
-- Newest first.
SELECT id, account_id, number, scope, kind, how, recorded_by, at, source, words, words_version, said, message_id, text_id,
    url, address, before, follows, count, digest, recorded_at, erased_in, seq, form, after, hash, sealed, salt
FROM evidence
WHERE account_id = %(account_id)s AND number = %(number)s AND (%(after)s::uuid IS NULL OR seq < (
    SELECT seq FROM evidence WHERE account_id = %(account_id)s AND id = %(after)s
))
ORDER BY seq DESC LIMIT %(limit)s;

-- name: some
SELECT id, account_id, number, scope, kind, how, recorded_by, at, source, words, words_version, said, message_id, text_id,
    url, address, before, follows, count, digest, recorded_at, erased_in, seq, form, after, hash, sealed, salt
FROM evidence WHERE account_id = %(account_id)s AND id = ANY (%(ids)s::uuid[]);

-- name: head
SELECT seq, hash FROM evidence_head WHERE account_id = %(account_id)s;

-- name: accounts
-- all accounts: the operator has all chains verified; also one whose end somebody took away.
SELECT account_id FROM evidence_head UNION SELECT account_id FROM evidence ORDER BY account_id;

-- name: chain_after
-- The next rows of a chain with their parts as text, in the order that evidence/canonical.py has them in.
SELECT seq, id, form, after, hash, sealed, salt, erased_in, kind, count, digest,
    account_id::text, id::text, (extract(epoch FROM at) * 1000000)::bigint::text,
    (extract(epoch FROM recorded_at) * 1000000)::bigint::text, scope, kind, how, before, words_version, message_id::text,
    text_id::text, follows::text, count::text, encode(digest, 'hex'), encode(sealed, 'hex'),
    number, recorded_by, source, words, said, url, address
FROM evidence
WHERE account_id = %(account_id)s::uuid AND seq > %(after)s::bigint ORDER BY seq LIMIT %(limit)s::bigint;

-- name: tellings
-- Which rows still tell of these numbers, in their order.
SELECT id FROM evidence WHERE account_id = %(account_id)s AND number = ANY (%(numbers)s::text[]) ORDER BY seq;

-- name: erase
UPDATE evidence SET salt = NULL, number = NULL, recorded_by = NULL, source = NULL, words = NULL, said = NULL, url = NULL,
    address = NULL, erased_in = %(erased_in)s
WHERE account_id = %(account_id)s AND id = ANY (%(ids)s::uuid[]);
