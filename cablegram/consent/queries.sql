-- Statements of the consent room: first of the blacklist, then of the review queue.

-- name: add_entries
-- all accounts: each row names its account.
-- What the account does by its own hand stands over what a person's answer did: no later answer undoes it. In the order
-- of the key, so that two who add the same numbers don't wait for each other in a circle.
INSERT INTO blacklist AS known (account_id, number, id, how, note, sender, text_id, added_by, added_at)
SELECT * FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[], %(ids)s::uuid[], %(hows)s::text[], %(notes)s::text[],
    %(senders)s::text[], %(texts)s::uuid[], %(by)s::text[], %(moments)s::timestamptz[]) AS new (account_id, number)
ORDER BY new.account_id, new.number
ON CONFLICT (account_id, number) DO UPDATE
    SET how = excluded.how, note = excluded.note, added_by = excluded.added_by
    WHERE excluded.how = 'by_hand' AND known.how IN ('stop', 'review')
RETURNING account_id, number, xmax = 0;

-- name: delete_entries
-- all accounts: each row asked for names its account.
-- In the order of the key, see add_entries.
WITH asked AS (
    SELECT entry.account_id, entry.number
    FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[]) AS t (account_id, number)
    JOIN blacklist AS entry ON entry.account_id = t.account_id AND entry.number = t.number
    WHERE entry.how = ANY (%(hows)s::text[])
    ORDER BY entry.account_id, entry.number FOR UPDATE OF entry
)
DELETE FROM blacklist AS entry USING asked
WHERE entry.account_id = asked.account_id AND entry.number = asked.number
RETURNING entry.account_id, entry.id, entry.number, entry.how, entry.note, entry.sender, entry.text_id, entry.added_by,
    entry.added_at;

-- name: entries_of_numbers
SELECT id, number, how, note, sender, text_id, added_by, added_at FROM blacklist
WHERE account_id = %(account_id)s AND number = ANY (%(numbers)s::text[]);

-- name: page_of_entries
-- Newest first.
SELECT id, number, how, note, sender, text_id, added_by, added_at FROM blacklist
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
    AND (%(digits)s::text IS NULL OR strpos(number, %(digits)s) > 0)
ORDER BY id DESC LIMIT %(limit)s;

-- name: make_staging
-- Where the rows of a file wait until all of them are known to be good. It belongs to the connection, not to an account.
CREATE TEMP TABLE IF NOT EXISTS blacklist_row (
    line integer PRIMARY KEY, number text NOT NULL, note text NOT NULL
);

-- name: clear_staging
TRUNCATE blacklist_row;

-- name: copy_staging
COPY blacklist_row (line, number, note) FROM STDIN (FORMAT BINARY);

-- name: drop_superseded
-- Of rows with the same number the last one counts.
DELETE FROM blacklist_row USING (
    SELECT number, max(line) AS line FROM blacklist_row GROUP BY number HAVING count(*) > 1
) AS last
WHERE blacklist_row.number = last.number AND blacklist_row.line < last.line;

-- name: staged_rows
-- The next rows of a file.
SELECT line, number, note FROM blacklist_row WHERE line > %(after)s ORDER BY line LIMIT %(limit)s;

-- name: open_reviews
-- all accounts: each row names its account.
-- The text's id was given on arrival: after a commit nobody could say took place, the second time says nothing new.
INSERT INTO consent_review (text_id, account_id, number, sender, matched, doubt, opened_at)
SELECT * FROM unnest(%(ids)s::uuid[], %(accounts)s::uuid[], %(numbers)s::text[], %(senders)s::text[],
    %(matched)s::text[], %(doubts)s::text[], %(moments)s::timestamptz[])
ON CONFLICT DO NOTHING
RETURNING text_id;

-- name: page_of_reviews
-- Newest first; the open ones alone, or those that somebody decided.
SELECT text_id, number, sender, matched, doubt, opened_at, verdict, decided_by, decided_at FROM consent_review
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR text_id < %(after)s)
    AND (verdict IS NULL) = %(is_open)s
ORDER BY text_id DESC LIMIT %(limit)s;

-- name: count_open_reviews
SELECT count(*) FROM consent_review WHERE account_id = %(account_id)s AND verdict IS NULL;

-- name: get_review
SELECT text_id, number, sender, matched, doubt, opened_at, verdict, decided_by, decided_at FROM consent_review
WHERE account_id = %(account_id)s AND text_id = %(text_id)s;

-- name: hold_review
SELECT text_id, number, sender, matched, doubt, opened_at, verdict, decided_by, decided_at FROM consent_review
WHERE account_id = %(account_id)s AND text_id = %(text_id)s FOR UPDATE;

-- name: decide_reviews
-- One text, or with a number all texts of that number that are open.
UPDATE consent_review SET verdict = %(verdict)s, decided_by = %(by)s, decided_at = %(now)s
WHERE account_id = %(account_id)s
    AND (text_id = %(text_id)s OR (number = %(number)s::text AND verdict IS NULL))
RETURNING text_id;

-- name: reopen_review
UPDATE consent_review SET verdict = NULL, decided_by = NULL, decided_at = NULL
WHERE account_id = %(account_id)s AND text_id = %(text_id)s;

-- What accounts ask of each message

-- name: rules_of
-- all accounts: a batch may mix them. Who never changed anything has no row. One without account says that the ruleset
-- of those is kept.
SELECT account_id, rules::text FROM sending_rules WHERE account_id = ANY (%(accounts)s::uuid[])
UNION ALL
SELECT NULL, '' FROM ruleset WHERE id = %(usual)s::bigint;

-- name: sending_rules
SELECT revision, rules::text, changed_by, changed_at FROM sending_rules WHERE account_id = %(account_id)s;

-- name: hold_sending_rules
-- Who changes them takes turns.
SELECT rules::text FROM sending_rules WHERE account_id = %(account_id)s FOR UPDATE;

-- name: begin_sending_rules
INSERT INTO sending_rules (account_id, revision, rules, changed_by, changed_at)
VALUES (%(account_id)s, 0, %(rules)s::jsonb, %(by)s, %(now)s) ON CONFLICT DO NOTHING;

-- name: put_sending_rules
UPDATE sending_rules SET revision = revision + 1, rules = %(rules)s::jsonb, changed_by = %(by)s, changed_at = %(now)s
WHERE account_id = %(account_id)s;

-- name: keep_rulesets
-- all accounts: whoever has the same rules shares the row. It is there, nearly always: then this looks at an index.
INSERT INTO ruleset (id, rules, made_at)
SELECT id, rules::jsonb, %(now)s::timestamptz
FROM unnest(%(ids)s::bigint[], %(rules)s::text[]) AS used (id, rules) ORDER BY id
ON CONFLICT DO NOTHING;

-- name: ruleset
-- all accounts: whoever has the same rules shares the row.
SELECT rules::text FROM ruleset WHERE id = %(id)s;

-- Facts about a batch, by place in it; each inner LIMIT leaves the planner one way, the key

-- name: against
-- all accounts: a batch may mix them; each row looks in its own account only.
-- Where there is nothing against a number there is no row; where the accounts have no such list, nothing is looked up.
SELECT asked.place, false
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[]) WITH ORDINALITY AS asked (account_id, number, place)
CROSS JOIN LATERAL (
    SELECT FROM blacklist AS entry
    WHERE entry.account_id = asked.account_id AND entry.number = asked.number LIMIT 1
) AS found
WHERE (SELECT EXISTS (SELECT FROM blacklist WHERE account_id = ANY (%(owners)s::uuid[])))
UNION ALL
-- What stood there of people who were forgotten since (contacts/suppression.py).
SELECT asked.place, false
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[]) WITH ORDINALITY AS asked (account_id, number, place)
CROSS JOIN LATERAL (
    SELECT FROM suppression AS kept
    WHERE kept.account_id = asked.account_id AND kept.standing <> 'no_marketing' AND kept.hash = (
        SELECT sha256(salt || convert_to(asked.number, 'UTF8')) FROM suppression_salt AS salt
        WHERE salt.account_id = asked.account_id
    ) LIMIT 1
) AS found
WHERE (SELECT EXISTS (
    SELECT FROM suppression WHERE account_id = ANY (%(owners)s::uuid[]) AND standing <> 'no_marketing'
))
UNION ALL
SELECT asked.place, true
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[]) WITH ORDINALITY AS asked (account_id, number, place)
CROSS JOIN LATERAL (
    SELECT FROM consent_review AS review
    WHERE review.account_id = asked.account_id AND review.number = asked.number AND review.verdict IS NULL LIMIT 1
) AS found
WHERE (SELECT EXISTS (SELECT FROM consent_review WHERE account_id = ANY (%(owners)s::uuid[]) AND verdict IS NULL));

-- name: texts_since
-- all accounts: see against.
SELECT asked.place, found.at
FROM unnest(%(accounts)s::uuid[], %(fingerprints)s::bytea[]) WITH ORDINALITY AS asked (account_id, fingerprint, place)
CROSS JOIN LATERAL (
    SELECT at FROM recent_text AS text
    WHERE text.account_id = asked.account_id AND text.fingerprint = asked.fingerprint AND text.at > %(since)s::timestamptz
    LIMIT 1
) AS found;

-- name: messages_since
-- all accounts: see against.
SELECT asked.place, found.at
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[], %(classes)s::text[], %(sinces)s::timestamptz[])
    WITH ORDINALITY AS asked (account_id, number, class, since, place)
CROSS JOIN LATERAL (
    SELECT at FROM recent_message AS sent
    WHERE sent.account_id = asked.account_id AND sent.number = asked.number
        AND sent.class = asked.class::message_class AND sent.at > asked.since
    ORDER BY at DESC LIMIT %(most)s::integer
) AS found;

-- name: note_texts
-- all accounts: a batch may mix them; each row names its own.
INSERT INTO recent_text (account_id, fingerprint, at)
SELECT account_id, fingerprint, %(now)s::timestamptz
FROM unnest(%(accounts)s::uuid[], %(fingerprints)s::bytea[]) AS new (account_id, fingerprint)
ON CONFLICT (account_id, fingerprint) DO UPDATE SET at = excluded.at;

-- name: note_messages
-- all accounts: see note_texts.
INSERT INTO recent_message (account_id, number, class, at, forget_at)
SELECT account_id, number, class::message_class, %(now)s::timestamptz, forget_at
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[], %(classes)s::text[], %(forgets)s::timestamptz[])
    AS new (account_id, number, class, forget_at);

-- name: forget_texts
-- all accounts: what is older than the duplicate guard looks back. What somebody sends again at this moment is left alone:
-- they have its row, and may want others that are forgotten here.
DELETE FROM recent_text WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM recent_text WHERE at < %(before)s LIMIT %(limit)s FOR UPDATE SKIP LOCKED
));

-- name: forget_messages
-- all accounts: what no cap counts any more.
DELETE FROM recent_message
WHERE ctid = ANY (ARRAY(SELECT ctid FROM recent_message WHERE forget_at < %(now)s LIMIT %(limit)s));
