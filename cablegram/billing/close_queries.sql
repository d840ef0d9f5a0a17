-- name: database_now
SELECT now();

-- name: last_close
SELECT day, made_at, postings, entries, previous, hash FROM ledger_close ORDER BY day DESC LIMIT 1;

-- name: first_day
-- all accounts: the books are the installation's.
SELECT min(first.at AT TIME ZONE 'UTC')::date
FROM balance JOIN LATERAL (
    SELECT at FROM posting WHERE posting.account_id = balance.account_id ORDER BY at LIMIT 1) AS first ON true;

-- name: let_one_close
-- Whoever else closes days waits here, and who writes into the journal was waited for.
SELECT pg_advisory_xact_lock(7421, 1);

-- name: mark_closed
-- all accounts: the books are the installation's. In the order of ids, as all who lock balances; whatever is being posted
-- is committed before its balance is marked, and what comes later is dated behind the mark.
WITH held AS (
    SELECT account_id FROM balance WHERE closed_until IS NULL OR closed_until < %(until)s ORDER BY account_id FOR UPDATE
)
UPDATE balance SET closed_until = %(until)s FROM held WHERE balance.account_id = held.account_id;

-- name: lines
-- all accounts: the books are the installation's. What the postings of a day say, by account. The balance at its end is that
-- of the last day on which the account moved, and what moved it since.
SELECT account_id, min(first_seq), max(last_seq), sum(n)::bigint,
    coalesce((
        SELECT line.balance FROM ledger_close_line AS line
        WHERE line.account_id = block.account_id AND line.day < %(day)s ORDER BY line.day DESC LIMIT 1), 0)
        + sum(amount)::bigint,
    (SELECT string_agg(concat(kind, ' ', n, ' ', amount), ', ' ORDER BY kind) FROM (
        SELECT kind, sum(count) AS n, sum(amount) AS amount FROM posting
        WHERE posting.account_id = block.account_id AND at >= %(since)s AND at < %(until)s GROUP BY kind) AS by_kind),
    array_agg(digest ORDER BY place)
FROM (
    SELECT posting.account_id, (seq - 1) / 100 AS place, min(seq) AS first_seq, max(seq) AS last_seq, count(*) AS n,
        sum(amount) AS amount, sha256(convert_to(string_agg(jsonb_build_array(
            seq, id, (extract(epoch FROM at) * 1000000)::bigint, kind, count, amount, balance_after, campaign_id,
            reference, note)::text, E'\n' ORDER BY seq), 'UTF8')) AS digest
    FROM (SELECT account_id AS its_account FROM balance) AS balance CROSS JOIN LATERAL (
        SELECT * FROM posting
        WHERE posting.account_id = its_account AND at >= %(since)s AND at < %(until)s
        OFFSET 0 -- by the index of each account, whatever the planner thinks of them
    ) AS posting
    GROUP BY posting.account_id, (seq - 1) / 100
) AS block
GROUP BY account_id;

-- name: entries_digest
-- all accounts: the books are the installation's.
SELECT coalesce(sha256(convert_to(string_agg(jsonb_build_array(
    entry.id, (extract(epoch FROM entry.at) * 1000000)::bigint, entry.kind, entry.reference, entry.note,
    leg.place, leg.ledger, leg.account_id, leg.connector_id, leg.unit, leg.amount)::text,
    E'\n' ORDER BY entry.id, leg.place), 'UTF8')), sha256(''))
FROM journal_entry AS entry JOIN journal_leg AS leg ON leg.entry_id = entry.id
WHERE entry.at >= %(since)s AND entry.at < %(until)s;

-- name: insert_close
INSERT INTO ledger_close (day, made_at, postings, entries, previous, hash)
VALUES (%(day)s, %(made_at)s, %(postings)s, %(entries)s, %(previous)s, %(hash)s);

-- name: insert_lines
-- all accounts: each line carries its own.
INSERT INTO ledger_close_line (day, account_id, first_seq, last_seq, postings, balance, sums, blocks)
VALUES (%(day)s, %(account_id)s, %(first_seq)s, %(last_seq)s, %(postings)s, %(balance)s, %(sums)s, %(blocks)s);

-- name: closes_after
SELECT day, made_at, postings, entries, previous, hash FROM ledger_close
WHERE %(after)s::date IS NULL OR day > %(after)s ORDER BY day LIMIT %(limit)s;

-- name: kept_lines
-- all accounts: the books are the installation's.
SELECT account_id, first_seq, last_seq, postings, balance, sums, blocks FROM ledger_close_line WHERE day = %(day)s;
