-- name: tariff_revision
SELECT revision FROM tariff_revision;

-- name: all_tariffs
-- The revision and the rows in one statement: one snapshot, also when the tariff is replaced at this moment.
SELECT revision, prefix, country, name, price, is_demo FROM tariff_revision LEFT JOIN tariff ON true;

-- name: bump_tariff_revision
-- Also the lock that lets only one import at a time replace the tariff.
UPDATE tariff_revision SET revision = revision + 1 RETURNING revision;

-- name: lock_tariff
-- Until the transaction ends, no other import.
SELECT revision FROM tariff_revision FOR UPDATE;

-- name: count_tariffs
SELECT count(*) FROM tariff;

-- name: delete_tariffs
DELETE FROM tariff;

-- name: copy_tariffs
COPY tariff (prefix, country, name, price, is_demo) FROM STDIN (FORMAT BINARY);

-- name: insert_balance
INSERT INTO balance (account_id) VALUES (%(account_id)s);

-- name: read_balance
SELECT amount FROM balance WHERE account_id = %(account_id)s;

-- name: lock_balances
-- all accounts: a flush or a fan-out may charge several. In the order of ids, so that no two wait for each other.
SELECT account_id, amount FROM balance WHERE account_id = ANY(%(account_ids)s::uuid[]) ORDER BY account_id FOR UPDATE;

-- name: insert_postings
-- all accounts: each row carries its own. The trigger on each row moves (and locks) the balance, so rows go in by
-- account: two batches meet in the same order. seq and balance_after are the trigger's to say.
INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after, campaign_id, note)
SELECT id, account_id, 0, %(at)s::timestamptz, kind, count, amount, 0, campaign_id, note
FROM unnest(%(ids)s::uuid[], %(accounts)s::uuid[], %(kinds)s::text[], %(counts)s::integer[], %(amounts)s::bigint[],
    %(campaigns)s::uuid[], %(notes)s::text[])
    WITH ORDINALITY AS new (id, account_id, kind, count, amount, campaign_id, note, place)
ORDER BY account_id, place;

-- name: postings
-- An account's ledger, newest first. By seq, the order in which the balance really moved; a page starts after a posting.
SELECT id, seq, at, kind, count, amount, balance_after, campaign_id, note FROM posting
WHERE account_id = %(account_id)s
    AND (%(after)s::uuid IS NULL
        OR seq < (SELECT seq FROM posting WHERE id = %(after)s AND account_id = %(account_id)s))
ORDER BY seq DESC LIMIT %(limit)s;

-- name: sums_of_campaign
-- What a campaign was charged and given back.
SELECT kind, sum(amount) FROM posting
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s GROUP BY kind;

-- name: read_standing
-- The balance, and how much the newest grant was.
SELECT balance.amount, coalesce((
    SELECT posting.amount FROM posting WHERE posting.account_id = balance.account_id AND kind = 'grant'
    ORDER BY seq DESC LIMIT 1), 0)
FROM balance WHERE account_id = %(account_id)s;

-- name: sum_since
-- By kind, what moved an account's balance from a moment on.
SELECT kind, sum(amount) FROM posting WHERE account_id = %(account_id)s AND at >= %(since)s GROUP BY kind;

-- name: postings_of_campaign
-- The lines of an account's ledger that name one campaign, newest first.
SELECT id, seq, at, kind, count, amount, balance_after, campaign_id, note FROM posting
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s
    AND (%(after)s::uuid IS NULL
        OR seq < (SELECT seq FROM posting WHERE id = %(after)s AND account_id = %(account_id)s))
ORDER BY seq DESC LIMIT %(limit)s;

-- name: postings_named
SELECT id, seq, at, kind, count, amount, balance_after, campaign_id, note FROM posting
WHERE account_id = %(account_id)s AND id = ANY (%(ids)s) ORDER BY seq;

-- name: balances
-- all accounts: the operator's list.
SELECT account_id, amount FROM balance WHERE account_id = ANY(%(account_ids)s);
