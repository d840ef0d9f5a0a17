-- name: tariff_revision
SELECT revision FROM tariff_revision;

-- name: all_tariffs
-- The revision and the rows in one statement: one snapshot, also when a version is brought at this moment. In force is the
-- version with the latest date that has come, until the date of the next.
SELECT revision, version.id, version.valid_from, (
        SELECT min(valid_from) FROM tariff_version
        WHERE connector_id IS NULL AND withdrawn_at IS NULL AND valid_from > %(now)s),
    tariff.prefix, tariff.country, tariff.name, tariff.price, tariff.is_demo
FROM tariff_revision
LEFT JOIN (
    SELECT id, valid_from FROM tariff_version
    WHERE connector_id IS NULL AND withdrawn_at IS NULL AND valid_from <= %(now)s
    ORDER BY valid_from DESC, id DESC LIMIT 1
) AS version ON true
LEFT JOIN tariff ON tariff.version_id = version.id;

-- name: insert_balance
-- What is closed is closed for accounts that are opened later too.
INSERT INTO balance (account_id, closed_until)
SELECT %(account_id)s, max(day + 1)::timestamp AT TIME ZONE 'UTC' FROM ledger_close;

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

-- name: insert_referenced
-- all accounts: each row carries its own. As insert_postings, of what may be posted once: payments, rents, fees.
INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after, campaign_id, note, reference)
SELECT id, account_id, 0, %(at)s, kind, count, amount, 0, campaign_id, note, reference
FROM unnest(%(ids)s::uuid[], %(accounts)s::uuid[], %(kinds)s::text[], %(counts)s::integer[], %(amounts)s::bigint[],
    %(campaigns)s::uuid[], %(notes)s::text[], %(references)s::text[])
    WITH ORDINALITY AS new (id, account_id, kind, count, amount, campaign_id, note, reference, place)
ORDER BY account_id, place;

-- name: postings_referenced
-- all accounts: each reference is looked up together with its account.
SELECT posting.account_id, posting.kind, posting.reference, posting.id
FROM unnest(%(accounts)s::uuid[], %(kinds)s::text[], %(references)s::text[]) AS asked (account_id, kind, reference)
JOIN posting ON posting.account_id = asked.account_id AND posting.kind = asked.kind
    AND posting.reference = asked.reference AND posting.reference <> '';

-- name: insert_inbound
-- all accounts: each row carries its own. At the account's own price for a text, where it has one (R20).
INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after)
SELECT new.id, new.account_id, 0, %(at)s, 'inbound', new.count,
    -new.count * coalesce(account_price.inbound, %(usual)s::bigint), 0
FROM unnest(%(ids)s::uuid[], %(accounts)s::uuid[], %(counts)s::integer[]) AS new (id, account_id, count)
LEFT JOIN account_price ON account_price.account_id = new.account_id
ORDER BY new.account_id;

-- name: postings
-- An account's ledger, newest first. By seq, the order in which the balance really moved; a page starts after a posting.
SELECT id, seq, at, kind, count, amount, balance_after, campaign_id, note, reference FROM posting
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
SELECT id, seq, at, kind, count, amount, balance_after, campaign_id, note, reference FROM posting
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s
    AND (%(after)s::uuid IS NULL
        OR seq < (SELECT seq FROM posting WHERE id = %(after)s AND account_id = %(account_id)s))
ORDER BY seq DESC LIMIT %(limit)s;

-- name: postings_named
SELECT id, seq, at, kind, count, amount, balance_after, campaign_id, note, reference FROM posting
WHERE account_id = %(account_id)s AND id = ANY (%(ids)s) ORDER BY seq;

-- name: balances
-- all accounts: the operator's list.
SELECT account_id, amount FROM balance WHERE account_id = ANY(%(account_ids)s);
