-- name: hear
-- all accounts: texts come by connector. Whoever holds an account's balance receives for it alone, and the rows go in
-- one order.
INSERT INTO talk (account_id, number, last_id, is_done)
SELECT account_id, number, last_id, is_done
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[], %(ids)s::uuid[], %(done)s::boolean[])
    AS heard (account_id, number, last_id, is_done)
ORDER BY account_id, number
ON CONFLICT (account_id, number) DO UPDATE
SET last_id = greatest(talk.last_id, excluded.last_id), is_done = talk.is_done AND excluded.is_done;

-- name: page
SELECT text.id, text.src, text.dst, text.body, text.received_at, text.contact_id, (
        SELECT nullif(name, '') FROM caller_name AS known
        WHERE known.account_id = talk.account_id AND known.number = talk.number
    ),
    EXISTS (
        SELECT FROM message
        WHERE message.account_id = %(account_id)s AND message.dst = text.src AND message.id > text.id
            AND message.state <> 'skipped'
    ),
    talk.is_done, talk.assigned_to, talk.seen_id IS NULL OR talk.seen_id < talk.last_id
FROM talk JOIN inbound_text AS text ON text.id = talk.last_id
WHERE talk.account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR talk.last_id < %(after)s)
    AND (%(digits)s::text IS NULL OR strpos(talk.number, %(digits)s) > 0)
    AND (%(is_done)s::boolean IS NULL OR talk.is_done = %(is_done)s)
    AND (%(assigned_to)s::uuid IS NULL OR talk.assigned_to = %(assigned_to)s)
ORDER BY talk.last_id DESC LIMIT %(limit)s;

-- name: get
SELECT is_done, assigned_to, changed_by, changed_at FROM talk
WHERE account_id = %(account_id)s AND number = %(number)s;

-- name: count
-- No further than anybody reads it.
SELECT (SELECT count(*) FROM (
        SELECT FROM talk WHERE account_id = %(account_id)s AND NOT is_done LIMIT %(most)s
    ) AS open),
    (SELECT count(*) FROM (
        SELECT FROM talk WHERE account_id = %(account_id)s AND NOT is_done AND assigned_to = %(user_id)s::uuid
        LIMIT %(most)s
    ) AS mine);

-- name: change
UPDATE talk SET
    is_done = coalesce(%(is_done)s::boolean, is_done),
    changed_by = CASE WHEN %(is_done)s::boolean IS NULL THEN changed_by ELSE %(by)s::text END,
    changed_at = CASE WHEN %(is_done)s::boolean IS NULL THEN changed_at ELSE %(now)s::timestamptz END,
    assigned_to = CASE WHEN %(is_assigning)s::boolean THEN %(assigned_to)s::uuid ELSE assigned_to END
WHERE account_id = %(account_id)s AND number = %(number)s
RETURNING is_done, assigned_to, changed_by, changed_at;

-- name: see
UPDATE talk SET seen_id = last_id
WHERE account_id = %(account_id)s AND number = %(number)s AND seen_id IS DISTINCT FROM last_id;

-- name: insert_note
INSERT INTO talk_note (id, account_id, number, text, by, user_id, at)
VALUES (%(id)s, %(account_id)s, %(number)s, %(text)s, %(by)s, %(user_id)s, %(now)s);

-- name: notes
SELECT id, text, by, user_id, at FROM talk_note
WHERE account_id = %(account_id)s AND number = %(number)s AND (%(since)s::uuid IS NULL OR id > %(since)s)
    AND (%(before)s::uuid IS NULL OR id < %(before)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: delete_note
DELETE FROM talk_note
WHERE account_id = %(account_id)s AND id = %(id)s AND user_id IS NOT DISTINCT FROM %(user_id)s::uuid
    AND (user_id IS NOT NULL OR by = %(by)s); -- of keys, which are nobody's, each by its name

-- name: forget
WITH notes AS (
    DELETE FROM talk_note WHERE account_id = %(account_id)s AND number = %(number)s
)
DELETE FROM talk WHERE account_id = %(account_id)s AND number = %(number)s;

-- name: program_written_to
-- Which program somebody last wrote to at one of our addresses; null where that was none's.
SELECT program_id FROM inbound_text
WHERE account_id = %(account_id)s AND src = %(number)s AND dst = %(address)s
ORDER BY id DESC LIMIT 1;
