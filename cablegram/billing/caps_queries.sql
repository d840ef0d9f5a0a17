-- Statements of spending caps.

-- name: capped
-- all accounts: a process keeps them in memory. Few have a cap.
SELECT account_id FROM spending_cap;

-- name: hold_caps
-- all accounts: a flush may charge several. Behind their balances, in the order of ids.
SELECT account_id, per_day, per_month, day, spent_day, month, spent_month, told_day, told_month FROM spending_cap
WHERE account_id = ANY (%(account_ids)s::uuid[]) ORDER BY account_id FOR UPDATE;

-- name: put_spent
UPDATE spending_cap SET day = %(day)s, spent_day = %(spent_day)s, month = %(month)s, spent_month = %(spent_month)s,
    told_day = %(told_day)s, told_month = %(told_month)s
WHERE account_id = %(account_id)s;

-- name: put_cap
-- What was spent before there was a cap counts, too.
INSERT INTO spending_cap (account_id, per_day, per_month, day, spent_day, month, spent_month)
SELECT %(account_id)s, %(per_day)s, %(per_month)s, %(day)s::date,
    coalesce(-sum(amount) FILTER (WHERE at >= %(day_at)s::timestamptz), 0), %(month)s::date, coalesce(-sum(amount), 0)
FROM posting WHERE account_id = %(account_id)s AND kind = 'charge' AND at >= %(month_at)s::timestamptz
ON CONFLICT (account_id) DO UPDATE SET per_day = excluded.per_day, per_month = excluded.per_month,
    told_day = NULL, told_month = NULL;

-- name: delete_cap
DELETE FROM spending_cap WHERE account_id = %(account_id)s;

-- name: cap
SELECT account_id, per_day, per_month, day, spent_day, month, spent_month, told_day, told_month FROM spending_cap
WHERE account_id = %(account_id)s;
