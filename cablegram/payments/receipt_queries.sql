-- name: get_payer
SELECT name, address, tax_id, receipts_to FROM payer WHERE account_id = %(account_id)s;

-- name: put_payer
INSERT INTO payer (account_id, name, address, tax_id, receipts_to)
VALUES (%(account_id)s, %(name)s, %(address)s, %(tax_id)s, %(receipts_to)s)
ON CONFLICT (account_id) DO UPDATE SET name = excluded.name, address = excluded.address, tax_id = excluded.tax_id,
    receipts_to = excluded.receipts_to;

-- name: get_seller
SELECT name, address, tax_id, note, how_to_pay FROM seller;

-- name: put_seller
UPDATE seller SET name = %(name)s, address = %(address)s, tax_id = %(tax_id)s, note = %(note)s,
    how_to_pay = %(how_to_pay)s;

-- name: account_name
SELECT name FROM account WHERE id = %(account_id)s;

-- name: next_number
-- One after the other: who writes a receipt keeps others waiting until its commit, so no number is missing.
INSERT INTO receipt_number AS used (year, last) VALUES (%(year)s, 1)
ON CONFLICT (year) DO UPDATE SET last = used.last + 1 RETURNING last;

-- name: insert_receipt
INSERT INTO receipt (id, account_id, number, kind, recharge_id, return_id, at, facts)
VALUES (%(receipt_id)s, %(account_id)s, %(number)s, %(kind)s, %(recharge_id)s, %(return_id)s, %(at)s, %(facts)s);

-- name: receipts
-- Newest first.
SELECT id, account_id, number, kind, recharge_id, at, facts FROM receipt
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s) ORDER BY id DESC LIMIT %(limit)s;

-- name: get_receipt
SELECT id, account_id, number, kind, recharge_id, at, facts FROM receipt
WHERE account_id = %(account_id)s AND id = %(receipt_id)s;

-- name: receipts_of
-- Of some recharges, the receipt before its credit notes.
SELECT id, account_id, number, kind, recharge_id, at, facts FROM receipt
WHERE account_id = %(account_id)s AND recharge_id = ANY (%(recharge_ids)s) ORDER BY id;
