-- What was refused.

-- name: insert_refused
-- all accounts: a flush may mix accounts; each row names its own.
INSERT INTO refused_attempt (id, account_id, endpoint, number, sender, client_ref, code, message, field, at)
SELECT id, account_id, endpoint, number, sender, client_ref, code, message, field, %(now)s::timestamptz
FROM unnest(%(ids)s::uuid[], %(accounts)s::uuid[], %(endpoints)s::text[], %(numbers)s::text[], %(senders)s::text[],
    %(refs)s::text[], %(codes)s::text[], %(messages)s::text[], %(fields)s::text[])
    AS new (id, account_id, endpoint, number, sender, client_ref, code, message, field);

-- name: page_of_refused
-- Newest first.
SELECT id, endpoint, number, sender, client_ref, code, message, field, at FROM refused_attempt
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
    AND (%(code)s::text IS NULL OR code = %(code)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: forget_refused
-- all accounts: what was refused is kept for some days.
DELETE FROM refused_attempt
WHERE id = ANY (ARRAY(SELECT id FROM refused_attempt WHERE at < %(before)s ORDER BY at LIMIT %(limit)s));
