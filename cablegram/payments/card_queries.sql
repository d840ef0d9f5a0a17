-- name: get_customer
SELECT customer FROM payment_customer WHERE account_id = %(account_id)s;

-- name: put_customer
-- Whoever asked first is right: the processor gives the same to all who ask under one key.
INSERT INTO payment_customer (account_id, customer, created_at) VALUES (%(account_id)s, %(customer)s, %(now)s)
ON CONFLICT (account_id) DO UPDATE SET customer = payment_customer.customer RETURNING customer;

-- name: insert_card
INSERT INTO card (id, account_id, method, brand, last4, expires, name, address, city, state, zip, country, is_default,
    created_at)
SELECT %(card_id)s, %(account_id)s, %(method)s, %(brand)s, %(last4)s, %(expires)s, %(name)s, %(address)s, %(city)s,
    %(state)s, %(zip)s, %(country)s,
    NOT EXISTS (SELECT 1 FROM card WHERE account_id = %(account_id)s AND is_default), %(now)s
ON CONFLICT (method) DO NOTHING RETURNING id;

-- name: hold_cards
-- One change of an account's cards after the other.
SELECT id FROM account WHERE id = %(account_id)s FOR NO KEY UPDATE;

-- name: cards
-- The default one first, then the newest.
SELECT id, account_id, method, brand, last4, expires, name, address, city, state, zip, country, is_default, created_at
FROM card WHERE account_id = %(account_id)s AND removed_at IS NULL ORDER BY is_default DESC, id DESC;

-- name: cards_named
-- Also those that were removed: a payment still names its card.
SELECT id, account_id, method, brand, last4, expires, name, address, city, state, zip, country, is_default, created_at
FROM card WHERE account_id = %(account_id)s AND id = ANY (%(ids)s);

-- name: get_card
SELECT id, account_id, method, brand, last4, expires, name, address, city, state, zip, country, is_default, created_at
FROM card WHERE account_id = %(account_id)s AND id = %(card_id)s AND removed_at IS NULL;

-- name: card_of_method
-- all accounts: the processor names the card alone.
SELECT id, account_id, method, brand, last4, expires, name, address, city, state, zip, country, is_default, created_at
FROM card WHERE method = %(method)s AND removed_at IS NULL;

-- name: clear_default
UPDATE card SET is_default = false WHERE account_id = %(account_id)s AND is_default;

-- name: set_default
UPDATE card SET is_default = true
WHERE account_id = %(account_id)s AND id = %(card_id)s AND removed_at IS NULL RETURNING id;

-- name: remove_card
UPDATE card SET removed_at = %(now)s, is_default = false
WHERE account_id = %(account_id)s AND id = %(card_id)s AND removed_at IS NULL RETURNING id;

-- name: default_to_newest
-- After the default one was removed.
UPDATE card SET is_default = true WHERE id = (
    SELECT id FROM card WHERE account_id = %(account_id)s AND removed_at IS NULL ORDER BY id DESC LIMIT 1)
AND NOT EXISTS (SELECT 1 FROM card WHERE account_id = %(account_id)s AND is_default);

-- name: renew_card
-- A bank gave it another date: it is told of anew.
UPDATE card SET brand = %(brand)s, last4 = %(last4)s, expires = %(expires)s,
    warned_days = CASE WHEN expires = %(expires)s THEN warned_days END
WHERE account_id = %(account_id)s AND id = %(card_id)s;

-- name: expiring
-- all accounts: a clock finds them. Each once for each number of days before; who comes late tells the nearest alone.
UPDATE card SET warned_days = %(days)s WHERE id IN (
    SELECT id FROM card WHERE removed_at IS NULL AND expires BETWEEN %(today)s AND %(until)s
        AND (warned_days IS NULL OR warned_days > %(days)s)
    ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id, account_id, method, brand, last4, expires, name, address, city, state, zip, country, is_default, created_at;
