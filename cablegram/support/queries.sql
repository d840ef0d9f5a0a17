-- Statements of the support room.

-- name: insert_ticket
INSERT INTO ticket (id, account_id, title, state, about, about_id, opened_by, created_at, changed_at)
VALUES (%(id)s, %(account_id)s, %(title)s, 'open', %(about)s, %(about_id)s, %(opened_by)s, %(now)s, %(now)s);

-- name: insert_entry
INSERT INTO ticket_entry (id, ticket_id, account_id, by_operator, author, user_id, text, at, mail_from, is_proved)
VALUES (%(id)s, %(ticket_id)s, %(account_id)s, %(by_operator)s, %(author)s, %(user_id)s, %(text)s, %(now)s, %(mail_from)s,
    %(is_proved)s);

-- name: insert_files
INSERT INTO ticket_file (id, entry_id, ticket_id, account_id, name, media_type, bytes)
SELECT id, %(entry_id)s, %(ticket_id)s, %(account_id)s, name, media_type, bytes
FROM unnest(%(ids)s::uuid[], %(names)s::text[], %(kinds)s::text[], %(bytes)s::bytea[]) AS new (id, name, media_type, bytes);

-- name: tickets
SELECT id, account_id, title, state, about, about_id, opened_by, created_at, changed_at FROM ticket
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
    AND (%(state)s::text IS NULL OR state = %(state)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: all_tickets
-- all accounts: the operator's list.
SELECT id, account_id, title, state, about, about_id, opened_by, created_at, changed_at FROM ticket
WHERE (%(after)s::uuid IS NULL OR id < %(after)s) AND (%(state)s::text IS NULL OR state = %(state)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: ticket
-- all accounts: an operator who acts for none reads any; for everybody else the account is in the condition.
SELECT id, account_id, title, state, about, about_id, opened_by, created_at, changed_at FROM ticket
WHERE id = %(id)s AND (%(of)s::uuid IS NULL OR account_id = %(of)s);

-- name: entries
SELECT id, by_operator, author, user_id, text, at, mail_from, is_proved FROM ticket_entry
WHERE ticket_id = %(ticket_id)s AND account_id = %(account_id)s ORDER BY id LIMIT %(limit)s;

-- name: files
SELECT id, entry_id, name, media_type, octet_length(bytes) FROM ticket_file
WHERE ticket_id = %(ticket_id)s AND account_id = %(account_id)s ORDER BY id;

-- name: file
SELECT name, media_type, bytes FROM ticket_file
WHERE id = %(id)s AND ticket_id = %(ticket_id)s AND account_id = %(account_id)s;

-- name: put_state
UPDATE ticket SET state = %(state)s, changed_at = %(now)s WHERE id = %(id)s AND account_id = %(account_id)s;

-- name: count_entries
SELECT count(*) FROM ticket_entry WHERE ticket_id = %(ticket_id)s AND account_id = %(account_id)s;

-- name: opened_since
-- What may be a stranger's takes nothing from those who write themselves.
SELECT count(*) FROM ticket_entry
WHERE account_id = %(account_id)s AND NOT by_operator AND is_proved AND at > %(since)s;

-- name: claimed_since
SELECT count(*) FROM ticket_entry WHERE account_id = %(account_id)s AND NOT is_proved AND at > %(since)s;

-- name: known_mail
-- all accounts: a message is told from others by its digest.
SELECT id, at, sender, subject, size, verdict, why, account_id, ticket_id, text FROM mail_received
WHERE digest = %(digest)s;

-- name: insert_mail
-- all accounts: nobody knows yet whose it is. Of two that come at once the second waits for the first.
INSERT INTO mail_received (id, digest, at, sender, subject, size, verdict)
VALUES (%(id)s, %(digest)s, %(at)s, %(sender)s, %(subject)s, %(size)s, %(verdict)s)
ON CONFLICT (digest) DO NOTHING RETURNING id;

-- name: settle_mail
-- all accounts: what this transaction has written.
UPDATE mail_received SET verdict = %(verdict)s, why = %(why)s, account_id = %(account_id)s, ticket_id = %(ticket_id)s,
    text = %(text)s
WHERE id = %(id)s;

-- name: drop_mail
-- all accounts: what this transaction has written.
DELETE FROM mail_received WHERE id = %(id)s;

-- name: by_mail_since
SELECT count(*) FROM ticket_entry
WHERE ticket_id = %(ticket_id)s AND account_id = %(account_id)s AND mail_from IS NOT NULL AND at > %(since)s;

-- name: page_of_mail
-- all accounts: the operator's list, newest first.
SELECT id, at, sender, subject, size, verdict, why, account_id, ticket_id, text FROM mail_received
WHERE (%(after)s::uuid IS NULL OR id < %(after)s) ORDER BY id DESC LIMIT %(limit)s;

-- name: unwanted_since
-- all accounts: what nobody here knows the sender of, or was refused.
SELECT count(*) FROM mail_received WHERE at > %(since)s AND verdict IN ('stranger', 'refused', 'automatic');

-- name: forget_mail
-- all accounts: messages are kept for a month.
DELETE FROM mail_received WHERE id IN (SELECT id FROM mail_received WHERE at < %(before)s LIMIT %(limit)s);
