-- Statements of the support room.

-- name: insert_ticket
INSERT INTO ticket (id, account_id, title, state, about, about_id, opened_by, created_at, changed_at)
VALUES (%(id)s, %(account_id)s, %(title)s, 'open', %(about)s, %(about_id)s, %(opened_by)s, %(now)s, %(now)s);

-- name: insert_entry
INSERT INTO ticket_entry (id, ticket_id, account_id, by_operator, author, user_id, text, at)
VALUES (%(id)s, %(ticket_id)s, %(account_id)s, %(by_operator)s, %(author)s, %(user_id)s, %(text)s, %(now)s);

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
SELECT id, by_operator, author, user_id, text, at FROM ticket_entry
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
SELECT count(*) FROM ticket_entry
WHERE account_id = %(account_id)s AND NOT by_operator AND at > %(since)s;
