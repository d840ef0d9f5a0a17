-- Statements of the mail room.

-- name: insert_letters
-- all accounts: each row names its own, if it has one.
INSERT INTO letter (id, account_id, user_id, kind, language, recipient, subject, text, html, is_emptied, notices_url, state,
    next_at, give_up_at, verdict, created_at, ended_at, reply_to)
SELECT id, account_id, user_id, kind, language, recipient, subject, text, html, is_emptied, notices_url, state, %(now)s,
    give_up_at, verdict, %(now)s, ended_at, reply_to
FROM unnest(%(ids)s::uuid[], %(accounts)s::uuid[], %(users)s::uuid[], %(kinds)s::text[], %(languages)s::text[],
    %(recipients)s::text[], %(subjects)s::text[], %(texts)s::text[], %(htmls)s::text[], %(secrets)s::boolean[],
    %(notices)s::text[], %(states)s::text[], %(ends)s::timestamptz[], %(verdicts)s::text[], %(ended)s::timestamptz[],
    %(replies)s::text[]) AS new (id, account_id, user_id, kind, language, recipient, subject, text, html, is_emptied, notices_url, state,
    give_up_at, verdict, ended_at, reply_to);

-- name: insert_files
INSERT INTO letter_file (letter_id, place, name, media_type, bytes)
SELECT * FROM unnest(%(letters)s::uuid[], %(places)s::smallint[], %(names)s::text[], %(types)s::text[], %(data)s::bytea[]);

-- name: refused
-- What was said last of addresses that were refused so often, or from which a letter came back.
SELECT address, verdict FROM mail_address
WHERE address = ANY (%(addresses)s) AND (refused >= %(times)s OR returned_at IS NOT NULL);

-- name: claim
-- all accounts: whoever sends does it for all.
-- What is due, the oldest first. It is ours until the lease ends; of whoever dies with it another takes it up.
UPDATE letter SET next_at = %(until)s
WHERE id IN (
    SELECT id FROM letter WHERE state = 'waiting' AND next_at <= %(now)s
    ORDER BY next_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
RETURNING id, kind, language, recipient, subject, text, html, is_emptied, notices_url, tries, give_up_at, reply_to;

-- name: files_of
SELECT letter_id, name, media_type, bytes FROM letter_file WHERE letter_id = ANY (%(letters)s) ORDER BY letter_id, place;

-- name: settle
-- all accounts: what this process has claimed.
-- Whoever's lease had ended may have been overtaken: a letter that is sent stays so.
UPDATE letter SET state = told.state, verdict = told.verdict, tries = letter.tries + told.tries,
    next_at = coalesce(told.next_at, letter.next_at), ended_at = told.ended_at,
    text = CASE WHEN letter.is_emptied AND told.state <> 'waiting' THEN NULL ELSE letter.text END,
    html = CASE WHEN letter.is_emptied AND told.state <> 'waiting' THEN NULL ELSE letter.html END
FROM unnest(%(ids)s::uuid[], %(states)s::text[], %(verdicts)s::text[], %(tries)s::smallint[], %(next)s::timestamptz[],
    %(ended)s::timestamptz[]) AS told (id, state, verdict, tries, next_at, ended_at)
WHERE letter.id = told.id AND letter.state = 'waiting';

-- name: give_up
-- all accounts: what nobody could send in its time.
UPDATE letter SET state = 'failed', ended_at = %(now)s,
    verdict = CASE verdict WHEN '' THEN 'No mail server took it in its time.' ELSE 'Given up. ' || verdict END,
    text = CASE WHEN is_emptied THEN NULL ELSE text END, html = CASE WHEN is_emptied THEN NULL ELSE html END
WHERE id IN (
    SELECT id FROM letter WHERE state = 'waiting' AND next_at <= %(now)s AND give_up_at <= %(now)s
    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
);

-- name: count_refusals
INSERT INTO mail_address (address, refused, verdict, refused_at)
SELECT address, 1, verdict, %(now)s FROM unnest(%(addresses)s::text[], %(verdicts)s::text[]) AS told (address, verdict)
ON CONFLICT (address) DO UPDATE SET refused = least(mail_address.refused + 1, 1000), verdict = excluded.verdict,
    refused_at = excluded.refused_at;

-- name: forget_refusals
-- A server that takes a letter may be one that passes it on: what came back before still counts.
DELETE FROM mail_address WHERE address = ANY (%(addresses)s) AND returned_at IS NULL;

-- name: forget_addresses
DELETE FROM mail_address WHERE address = ANY (%(addresses)s);

-- name: count_return
INSERT INTO mail_address (address, refused, verdict, refused_at, returned_at)
VALUES (%(address)s, 1, %(verdict)s, %(now)s, %(now)s)
ON CONFLICT (address) DO UPDATE SET refused = least(mail_address.refused + 1, 1000), verdict = excluded.verdict,
    refused_at = excluded.refused_at, returned_at = coalesce(mail_address.returned_at, excluded.returned_at);

-- name: return_letter
-- all accounts: the report names the letter, and must name its recipient too.
UPDATE letter SET state = 'failed', ended_at = %(now)s, verdict = %(verdict)s,
    text = CASE WHEN is_emptied THEN NULL ELSE text END, html = CASE WHEN is_emptied THEN NULL ELSE html END
WHERE id = %(letter_id)s AND lower(recipient) = %(address)s
RETURNING account_id, user_id, kind;

-- name: returned
-- Since when letters to addresses come back, and why.
SELECT address, coalesce(returned_at, refused_at), verdict FROM mail_address
WHERE address = ANY (%(addresses)s) AND (refused >= %(times)s OR returned_at IS NOT NULL);

-- name: server_took
UPDATE mail_server SET failing_since = NULL, verdict = '', sent_at = %(now)s;

-- name: server_fails
UPDATE mail_server SET failing_since = coalesce(failing_since, %(now)s), verdict = %(verdict)s;

-- name: server
SELECT failing_since, verdict, sent_at FROM mail_server;

-- name: counts
-- all accounts: the operator's outbox.
SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'sent'),
    count(*) FILTER (WHERE state = 'failed')
FROM letter;

-- name: page_of_letters
-- all accounts: the operator's outbox, newest first.
SELECT id, kind, recipient, subject, state, tries, next_at, verdict, created_at, ended_at, is_emptied, text IS NOT NULL
FROM letter
WHERE (%(state)s::text IS NULL OR state = %(state)s) AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: letter
-- all accounts: the operator looks at one.
SELECT id, kind, language, recipient, subject, text, html, is_emptied, notices_url, tries, give_up_at, reply_to, state FROM letter
WHERE id = %(letter_id)s;

-- name: send_again
-- all accounts: the operator's word.
-- What failed, or waits for its next turn, is tried at once, and for a whole life again.
UPDATE letter SET state = 'waiting', next_at = %(now)s, give_up_at = %(now)s::timestamptz + %(life)s::interval, ended_at = NULL, verdict = ''
WHERE id = %(letter_id)s AND state <> 'sent' AND text IS NOT NULL
RETURNING recipient;

-- name: forget
-- all accounts: letters are kept for some weeks after their end.
DELETE FROM letter WHERE id IN (
    SELECT id FROM letter WHERE ended_at < %(before)s LIMIT %(limit)s FOR UPDATE SKIP LOCKED
);
