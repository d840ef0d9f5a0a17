-- Statements of imports.

-- name: make_staging
-- Where the rows of a file wait until all of them are known to be good. It belongs to the connection, not to an account.
CREATE TEMP TABLE IF NOT EXISTS import_row (
    id uuid NOT NULL, line integer NOT NULL, number text NOT NULL, country text NOT NULL, variables text NOT NULL,
    phone_status text, subscription text
);

-- name: clear_staging
TRUNCATE import_row;

-- name: copy_staging
COPY import_row (id, line, number, country, variables, phone_status, subscription) FROM STDIN (FORMAT BINARY);

-- name: analyze_staging
-- Nothing analyzes temporary tables by itself, and the plans below must know how many rows there are.
ANALYZE import_row;

-- name: plan_for_bulk
-- The next statements read whole tables, which connections of the hot path are told never to do.
SELECT set_config('enable_' || way, 'on', true)
FROM unnest(ARRAY['seqscan', 'hashjoin', 'mergejoin', 'bitmapscan', 'sort', 'material']) AS way
UNION ALL SELECT set_config('work_mem', '32MB', true);

-- name: drop_superseded
-- Of rows with the same number the last one counts.
DELETE FROM import_row USING (
    SELECT number, max(line) AS line FROM import_row GROUP BY number HAVING count(*) > 1
) AS last
WHERE import_row.number = last.number AND import_row.line < last.line;

-- name: count_effects
-- What the statements below would do: people of the file whom the account does not know; who has other values; whom the
-- file subscribes against a no of theirs, or of a number that asked to be forgotten; whom it subscribes anew; how many of
-- the list are not in it.
SELECT
    count(*) FILTER (WHERE known.id IS NULL),
    count(*) FILTER (WHERE known.id IS NOT NULL AND (known.variables || fresh.variables::jsonb) <> known.variables),
    count(*) FILTER (WHERE fresh.subscription = 'subscribed'
        AND (known.subscription = 'not_subscribed' OR known.id IS NULL AND kept.hash IS NOT NULL)),
    count(*) FILTER (WHERE fresh.subscription = 'subscribed' AND CASE WHEN known.id IS NULL THEN kept.hash IS NULL
        ELSE coalesce(known.subscription, 'none') = 'none' END),
    (SELECT count(*) FROM contact_list_member AS member WHERE member.list_id = %(list_id)s::uuid)
        - count(*) FILTER (WHERE EXISTS (
            SELECT FROM contact_list_member AS member WHERE member.list_id = %(list_id)s::uuid AND member.contact_id = known.id))
FROM import_row AS fresh
LEFT JOIN contact AS known ON known.account_id = %(account_id)s AND known.number = fresh.number
LEFT JOIN suppression_salt AS salt ON salt.account_id = %(account_id)s
LEFT JOIN suppression AS kept ON kept.account_id = %(account_id)s
    AND kept.hash = sha256(salt.salt || convert_to(fresh.number, 'UTF8'));

-- name: update_contacts
-- Columns that the file has take its values; what came from other files stays.
UPDATE contact SET
    variables = contact.variables || import_row.variables::jsonb, country = import_row.country, updated_at = %(now)s
FROM import_row
WHERE contact.account_id = %(account_id)s AND contact.number = import_row.number
    AND (contact.variables || import_row.variables::jsonb) <> contact.variables;

-- name: insert_contacts
-- Of those of whom the file says nothing is recorded what the account says of such people; of a number that asked to be
-- forgotten, its no, whatever the file says. What is said of a person rests on evidence, which is recorded afterwards.
INSERT INTO contact (id, account_id, number, country, variables, created_at, updated_at, phone_status, subscription,
    subscription_source, subscription_at, evidence_id)
SELECT id, %(account_id)s, number, country, variables::jsonb, %(now)s::timestamptz, %(now)s, coalesce(phone_status, 'active'),
    CASE WHEN kept.hash IS NOT NULL THEN 'not_subscribed' ELSE coalesce(fresh.subscription, usual.subscription) END,
    CASE WHEN kept.hash IS NOT NULL THEN 'asked to be forgotten' WHEN fresh.subscription = 'subscribed' THEN %(source)s::text
        WHEN fresh.subscription IS NULL THEN usual.source END,
    CASE WHEN coalesce(fresh.subscription, usual.subscription) IS NOT NULL OR kept.hash IS NOT NULL THEN %(now)s::timestamptz END,
    CASE WHEN kept.hash IS NOT NULL THEN NULL
        WHEN fresh.subscription IS NOT NULL THEN CASE fresh.subscription WHEN 'subscribed' THEN %(yes)s::uuid
            WHEN 'not_subscribed' THEN %(no)s::uuid ELSE %(unsaid)s::uuid END
        ELSE usual.evidence_id END
FROM import_row AS fresh
LEFT JOIN contact_default AS usual ON usual.account_id = %(account_id)s
LEFT JOIN suppression_salt AS salt ON salt.account_id = %(account_id)s
LEFT JOIN suppression AS kept ON kept.account_id = %(account_id)s
    AND kept.hash = sha256(salt.salt || convert_to(fresh.number, 'UTF8'))
ON CONFLICT (account_id, number) DO NOTHING;

-- name: update_phone_statuses
UPDATE contact SET phone_status = import_row.phone_status, updated_at = %(now)s
FROM import_row
WHERE contact.account_id = %(account_id)s AND contact.number = import_row.number
    AND contact.phone_status <> import_row.phone_status;

-- name: update_subscriptions
-- What a file says of people who are known: a no always counts, a yes never against a no that somebody said before, and
-- that nothing is known is no news where something is.
UPDATE contact SET
    subscription = import_row.subscription, subscription_at = %(now)s, updated_at = %(now)s,
    subscription_source = CASE WHEN import_row.subscription = 'subscribed' THEN %(source)s::text END,
    evidence_id = CASE import_row.subscription WHEN 'subscribed' THEN %(yes)s::uuid
        WHEN 'not_subscribed' THEN %(no)s::uuid ELSE %(unsaid)s::uuid END
FROM import_row
WHERE contact.account_id = %(account_id)s AND contact.number = import_row.number
    AND (coalesce(contact.subscription, ''), import_row.subscription) IN (
        ('', 'subscribed'), ('', 'not_subscribed'), ('', 'none'),
        ('none', 'subscribed'), ('none', 'not_subscribed'),
        ('subscribed', 'not_subscribed')
    );

-- name: count_declined
-- Whom a file subscribes against a no of theirs, or though they asked to be forgotten.
SELECT count(*) FROM contact JOIN import_row ON import_row.number = contact.number
WHERE contact.account_id = %(account_id)s AND contact.subscription = 'not_subscribed'
    AND import_row.subscription = 'subscribed';

-- name: resting
-- Whose subscription rests on each of these events, which this import is about to record: how many, the digest of their
-- numbers as evidence/canonical.py makes it, and what was said of them.
SELECT contact.evidence_id, count(*),
    sha256(convert_to(string_agg(contact.number, ',' ORDER BY contact.number COLLATE "C"), 'UTF8')),
    min(contact.subscription), coalesce(min(contact.subscription_source), '')
FROM import_row JOIN contact ON contact.account_id = %(account_id)s AND contact.number = import_row.number
WHERE contact.evidence_id = ANY (%(evidence_ids)s::uuid[])
GROUP BY contact.evidence_id;

-- name: delete_members
-- Those of the list that the file has not.
DELETE FROM contact_list_member AS member USING contact
WHERE member.list_id = %(list_id)s AND contact.id = member.contact_id AND contact.account_id = %(account_id)s
    AND NOT EXISTS (SELECT FROM import_row WHERE import_row.number = contact.number);

-- name: insert_members
INSERT INTO contact_list_member (list_id, contact_id)
SELECT %(list_id)s, contact.id
FROM import_row JOIN contact ON contact.account_id = %(account_id)s AND contact.number = import_row.number
ORDER BY contact.id
ON CONFLICT DO NOTHING;

-- name: insert_campaign_list
INSERT INTO contact_list (id, account_id, name, description, created_at, campaign_id)
VALUES (%(list_id)s, %(account_id)s, %(name)s, '', %(now)s, %(campaign_id)s);

-- name: insert_import
INSERT INTO contact_import (id, account_id, list_id, at, file_name, result)
VALUES (%(import_id)s, %(account_id)s, %(list_id)s, %(now)s, %(file_name)s, %(result)s::jsonb);

-- name: forget_imports
-- All but the last ones of a list: bad rows may hold numbers, and nobody asks for them for ever.
DELETE FROM contact_import WHERE account_id = %(account_id)s AND list_id = %(list_id)s AND id IN (
    SELECT id FROM contact_import WHERE list_id = %(list_id)s ORDER BY id DESC OFFSET %(kept)s
);

-- name: get_import
SELECT file_name, at, result::text FROM contact_import
WHERE account_id = %(account_id)s AND list_id = %(list_id)s AND id = %(import_id)s;

-- name: any_list_used
SELECT EXISTS (
    SELECT FROM contact_list_use JOIN contact_list ON contact_list.id = list_id WHERE account_id = %(account_id)s
);

-- name: keep_absent
-- R88: who is in no row of a file of all contacts goes, and a no of theirs stays (contacts/suppression.py).
INSERT INTO suppression (account_id, hash, standing, why, at)
SELECT %(account_id)s, sha256(salt.salt || convert_to(contact.number, 'UTF8')), 'no_marketing', 'replaced', %(now)s
FROM contact JOIN suppression_salt AS salt ON salt.account_id = contact.account_id
WHERE contact.account_id = %(account_id)s AND contact.subscription = 'not_subscribed'
    AND NOT EXISTS (SELECT FROM import_row WHERE import_row.number = contact.number)
ON CONFLICT DO NOTHING;

-- name: absent_leave
WITH gone AS (
    DELETE FROM contact_list_member AS member USING contact
    WHERE contact.account_id = %(account_id)s AND contact.id = member.contact_id
        AND NOT EXISTS (SELECT FROM import_row WHERE import_row.number = contact.number)
    RETURNING member.list_id
)
UPDATE contact_list SET size = size - left_it.n
FROM (SELECT list_id, count(*) AS n FROM gone GROUP BY list_id) AS left_it
WHERE contact_list.id = left_it.list_id;

-- name: delete_absent
-- Who stands in a program said so by their own word: their record stays, and is empty.
DELETE FROM contact
WHERE account_id = %(account_id)s AND NOT EXISTS (SELECT FROM import_row WHERE import_row.number = contact.number)
    AND NOT EXISTS (SELECT FROM subscriber WHERE subscriber.contact_id = contact.id);

-- name: set_all_variables
UPDATE contact SET variables = coalesce(row.variables, '{}')::jsonb, updated_at = %(now)s
FROM contact AS known LEFT JOIN import_row AS row ON row.number = known.number
WHERE known.account_id = %(account_id)s AND contact.id = known.id
    AND known.variables <> coalesce(row.variables, '{}')::jsonb;
