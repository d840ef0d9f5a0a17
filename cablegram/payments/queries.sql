-- name: insert_recharge
-- Under a key that is known, nothing is written.
INSERT INTO recharge (id, account_id, processor, card_id, credits, amount, currency, state, key, is_auto, crossing,
    reference, note, started_by, created_at, settled_at, look_at)
VALUES (%(recharge_id)s, %(account_id)s, %(processor)s, %(card_id)s, %(credits)s, %(amount)s, %(currency)s, %(state)s,
    %(key)s, %(is_auto)s, %(crossing)s, %(reference)s, %(note)s, %(started_by)s, %(now)s, %(settled_at)s, %(look_at)s)
ON CONFLICT DO NOTHING RETURNING id;

-- name: get_recharge
SELECT id, account_id, processor, card_id, credits, amount, currency, state, reason, explained, intent, is_asked,
    action_url, is_auto, crossing, reference, note, started_by, created_at, settled_at, looks, returned
FROM recharge WHERE account_id = %(account_id)s AND id = %(recharge_id)s;

-- name: hold_recharge
SELECT id, account_id, processor, card_id, credits, amount, currency, state, reason, explained, intent, is_asked,
    action_url, is_auto, crossing, reference, note, started_by, created_at, settled_at, looks, returned
FROM recharge WHERE account_id = %(account_id)s AND id = %(recharge_id)s FOR NO KEY UPDATE;

-- name: recharge_of_key
SELECT id, account_id, processor, card_id, credits, amount, currency, state, reason, explained, intent, is_asked,
    action_url, is_auto, crossing, reference, note, started_by, created_at, settled_at, looks, returned
FROM recharge WHERE account_id = %(account_id)s AND key = %(key)s;

-- name: recharge_of_intent
-- all accounts: the processor names the payment alone.
SELECT id, account_id, processor, card_id, credits, amount, currency, state, reason, explained, intent, is_asked,
    action_url, is_auto, crossing, reference, note, started_by, created_at, settled_at, looks, returned
FROM recharge WHERE intent = %(intent)s;

-- name: recharges
-- Newest first.
SELECT id, account_id, processor, card_id, credits, amount, currency, state, reason, explained, intent, is_asked,
    action_url, is_auto, crossing, reference, note, started_by, created_at, settled_at, looks, returned
FROM recharge WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: all_recharges
-- all accounts: the operator's list, newest first.
SELECT id, account_id, processor, card_id, credits, amount, currency, state, reason, explained, intent, is_asked,
    action_url, is_auto, crossing, reference, note, started_by, created_at, settled_at, looks, returned
FROM recharge WHERE (%(after)s::uuid IS NULL OR id < %(after)s) AND (%(state)s::text IS NULL OR state = %(state)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: any_recharge
-- all accounts: the operator names a payment alone.
SELECT id, account_id, processor, card_id, credits, amount, currency, state, reason, explained, intent, is_asked,
    action_url, is_auto, crossing, reference, note, started_by, created_at, settled_at, looks, returned
FROM recharge WHERE id = %(recharge_id)s;

-- name: of_crossing
SELECT id, account_id, processor, card_id, credits, amount, currency, state, reason, explained, intent, is_asked,
    action_url, is_auto, crossing, reference, note, started_by, created_at, settled_at, looks, returned
FROM recharge WHERE account_id = %(account_id)s AND crossing = %(crossing)s ORDER BY id;

-- name: bind_intent
-- From here on the money may be taken. Who finds that the recharge was closed meanwhile must not ask for it.
UPDATE recharge SET intent = %(intent)s, is_asked = true, look_at = %(look_at)s
WHERE account_id = %(account_id)s AND id = %(recharge_id)s AND state = 'started' AND intent IS NULL RETURNING id;

-- name: move_recharge
UPDATE recharge SET state = %(state)s, reason = %(reason)s, explained = %(explained)s, action_url = %(action_url)s,
    settled_at = CASE WHEN %(is_open)s THEN NULL ELSE coalesce(settled_at, %(now)s) END, look_at = %(look_at)s,
    looks = %(looks)s
WHERE account_id = %(account_id)s AND id = %(recharge_id)s;

-- name: set_returned
UPDATE recharge SET state = %(state)s, returned = %(returned)s
WHERE account_id = %(account_id)s AND id = %(recharge_id)s;

-- name: look_later
UPDATE recharge SET look_at = %(look_at)s, looks = looks + 1
WHERE account_id = %(account_id)s AND id = %(recharge_id)s AND look_at IS NOT NULL;

-- name: claim_looks
-- all accounts: whose time has come to be asked after. Whoever takes one has a while; then it is another's.
UPDATE recharge SET look_at = %(until)s WHERE id IN (
    SELECT id FROM recharge WHERE look_at <= %(now)s ORDER BY look_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id, account_id, processor, card_id, credits, amount, currency, state, reason, explained, intent, is_asked,
    action_url, is_auto, crossing, reference, note, started_by, created_at, settled_at, looks, returned;

-- name: spent_by_itself
-- What recharges by themselves took, or may have taken, since two moments.
SELECT coalesce(sum(amount) FILTER (WHERE created_at >= %(today)s), 0), coalesce(sum(amount), 0)
FROM recharge WHERE account_id = %(account_id)s AND is_auto AND state <> 'failed' AND created_at >= %(month)s;

-- name: insert_event
INSERT INTO payment_event (id, kind, taken_at) VALUES (%(event_id)s, %(kind)s, %(now)s)
ON CONFLICT (id) DO NOTHING RETURNING id;

-- name: has_event
SELECT 1 FROM payment_event WHERE id = %(event_id)s;

-- name: forget_events
DELETE FROM payment_event WHERE taken_at < %(before)s;
