-- name: insert_hosted
-- Once at a time for an account and a number.
INSERT INTO hosted_number (id, account_id, number, number_type, company, signer, ticket_id, state, requested_by,
    requested_at)
VALUES (%(id)s, %(account_id)s, %(number)s, %(number_type)s, %(company)s, %(signer)s, %(ticket_id)s, 'requested',
    %(requested_by)s, %(requested_at)s)
ON CONFLICT DO NOTHING RETURNING id;

-- name: has_number
SELECT EXISTS (
    SELECT FROM sender WHERE account_id = %(account_id)s AND lower(address) = %(number)s AND kind = 'number');

-- name: hosted
-- Newest first. One that was hosted and is no sender of the account any more is removed.
SELECT id, account_id, number, number_type, company, signer, ticket_id, CASE
        WHEN state = 'approved' AND NOT EXISTS (SELECT FROM sender WHERE sender.id = hosted_number.sender_id
            AND sender.account_id = hosted_number.account_id) THEN 'removed'
        ELSE state
    END, word, requested_by, requested_at, decided_by, decided_at, sender_id
FROM hosted_number WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: get_hosted
SELECT id, account_id, number, number_type, company, signer, ticket_id, CASE
        WHEN state = 'approved' AND NOT EXISTS (SELECT FROM sender WHERE sender.id = hosted_number.sender_id
            AND sender.account_id = hosted_number.account_id) THEN 'removed'
        ELSE state
    END, word, requested_by, requested_at, decided_by, decided_at, sender_id
FROM hosted_number WHERE account_id = %(account_id)s AND id = %(id)s;

-- name: hold_hosted
-- all accounts: the operator names a request alone; of an account, its own.
SELECT id, account_id, number, number_type, company, signer, ticket_id, state, word, requested_by, requested_at, decided_by,
    decided_at, sender_id
FROM hosted_number WHERE id = %(id)s AND (%(of)s::uuid IS NULL OR account_id = %(of)s) FOR NO KEY UPDATE;

-- name: waiting_hosted
-- all accounts: what waits for the operator, the longest first.
SELECT hosted_number.id, account_id, number, number_type, company, signer, ticket_id, state, word, requested_by,
    requested_at, decided_by, decided_at, sender_id, account.name
FROM hosted_number JOIN account ON account.id = account_id WHERE state = 'requested'
ORDER BY hosted_number.id LIMIT %(limit)s;

-- name: decide_hosted
UPDATE hosted_number SET state = %(state)s, word = %(word)s, decided_by = %(decided_by)s, decided_at = %(decided_at)s,
    sender_id = %(sender_id)s
WHERE account_id = %(account_id)s AND id = %(id)s;
