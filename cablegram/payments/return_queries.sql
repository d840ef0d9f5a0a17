-- name: insert_return
-- One that the processor named before is known.
INSERT INTO payment_return (id, account_id, recharge_id, kind, foreign_id, amount, credits, state, note, started_by,
    created_at, settled_at, look_at)
VALUES (%(return_id)s, %(account_id)s, %(recharge_id)s, %(kind)s, %(foreign_id)s, %(amount)s, %(credits)s, %(state)s,
    %(note)s, %(started_by)s, %(now)s, %(settled_at)s, %(look_at)s)
ON CONFLICT DO NOTHING RETURNING id;

-- name: returns_of
SELECT id, account_id, recharge_id, kind, foreign_id, amount, credits, state, note, started_by, created_at
FROM payment_return WHERE account_id = %(account_id)s AND recharge_id = %(recharge_id)s ORDER BY id;

-- name: move_return
UPDATE payment_return SET state = %(state)s, foreign_id = coalesce(%(foreign_id)s, foreign_id), credits = %(credits)s,
    note = CASE WHEN %(note)s = '' THEN note ELSE %(note)s END, settled_at = %(now)s, look_at = NULL
WHERE account_id = %(account_id)s AND id = %(return_id)s;

-- name: claim_returns
-- all accounts: refunds of which nobody knows what became of them. Whoever takes one has a while.
UPDATE payment_return SET look_at = %(until)s WHERE id IN (
    SELECT id FROM payment_return WHERE look_at <= %(now)s ORDER BY look_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id, account_id, recharge_id, kind, foreign_id, amount, credits, state, note, started_by, created_at;
