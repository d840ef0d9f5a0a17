-- Statements of the contacts room.

-- name: insert_list
INSERT INTO contact_list (id, account_id, name, description, created_at)
VALUES (%(list_id)s, %(account_id)s, %(name)s, %(description)s, %(now)s)
ON CONFLICT (account_id, lower(name)) DO NOTHING
RETURNING id;

-- name: list_name_is_taken
SELECT EXISTS (SELECT FROM contact_list WHERE account_id = %(account_id)s AND lower(name) = lower(%(name)s));

-- name: get_lists
SELECT id, name, description, size, variables, created_at, imported_at FROM contact_list
WHERE account_id = %(account_id)s AND id = ANY (%(list_ids)s);

-- name: page_of_lists
-- Newest first, but for those that came with one campaign.
SELECT id, name, description, size, variables, created_at, imported_at FROM contact_list
WHERE account_id = %(account_id)s AND campaign_id IS NULL AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: hold_list
-- Nobody changes a held list or starts to use it.
SELECT id, name, description, size, variables, created_at, imported_at FROM contact_list
WHERE account_id = %(account_id)s AND id = %(list_id)s FOR UPDATE;

-- name: change_list
UPDATE contact_list SET name = %(name)s, description = %(description)s
WHERE account_id = %(account_id)s AND id = %(list_id)s;

-- name: delete_list
DELETE FROM contact_list WHERE account_id = %(account_id)s AND id = %(list_id)s;

-- name: delete_lists_of_campaign
DELETE FROM contact_list WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s;

-- name: set_contents
UPDATE contact_list SET
    size = %(size)s, variables = %(variables)s, imported_at = coalesce(%(imported_at)s, imported_at)
WHERE account_id = %(account_id)s AND id = %(list_id)s;

-- name: lists_to_use
-- In the order of ids, so that two campaigns that take the same lists don't wait for each other in a circle.
SELECT id FROM contact_list
WHERE account_id = %(account_id)s AND id = ANY (%(list_ids)s) ORDER BY id FOR SHARE;

-- name: take_lists
-- all accounts: the lists were just read as the account's.
INSERT INTO contact_list_use (list_id, campaign_id)
SELECT asked.list_id, %(campaign_id)s FROM unnest(%(list_ids)s::uuid[]) AS asked (list_id)
ON CONFLICT DO NOTHING;

-- name: give_lists_back
-- all accounts: a campaign's id is known to its own account only.
DELETE FROM contact_list_use WHERE campaign_id = %(campaign_id)s;

-- name: list_is_used
-- all accounts: the list was just held as the account's.
SELECT EXISTS (SELECT FROM contact_list_use WHERE list_id = %(list_id)s);

-- name: list_users
-- Which campaigns need a list of the account as it is.
SELECT contact_list_use.campaign_id FROM contact_list_use JOIN contact_list ON contact_list.id = list_id
WHERE account_id = %(account_id)s AND list_id = %(list_id)s ORDER BY contact_list_use.campaign_id;

-- name: lock_contacts
-- Who writes contacts of an account does it alone: no two imports update the same people in different order.
SELECT set_config('lock_timeout', %(patience)s, true), pg_advisory_xact_lock(7415, hashtext(%(account_id)s::text));

-- name: put_contact
-- Of somebody new is recorded what the account says of such people; of a number that asked to be forgotten, its no.
INSERT INTO contact AS known (id, account_id, number, country, variables, created_at, updated_at, subscription,
    subscription_source, subscription_at, evidence_id)
SELECT new.id, %(account_id)s, new.number, %(country)s, %(variables)s::jsonb, %(now)s::timestamptz, %(now)s,
    CASE WHEN kept.hash IS NULL THEN usual.subscription ELSE 'not_subscribed' END,
    CASE WHEN kept.hash IS NULL THEN usual.source ELSE 'asked to be forgotten' END,
    CASE WHEN kept.hash IS NOT NULL OR usual.subscription IS NOT NULL THEN %(now)s::timestamptz END,
    CASE WHEN kept.hash IS NULL THEN usual.evidence_id END
FROM (VALUES (%(contact_id)s::uuid, %(number)s::text)) AS new (id, number)
LEFT JOIN contact_default AS usual ON usual.account_id = %(account_id)s
LEFT JOIN suppression_salt AS salt ON salt.account_id = %(account_id)s
LEFT JOIN suppression AS kept ON kept.account_id = %(account_id)s
    AND kept.hash = sha256(salt.salt || convert_to(new.number, 'UTF8'))
ON CONFLICT (account_id, number) DO UPDATE
    SET variables = known.variables || excluded.variables, country = excluded.country, updated_at = excluded.updated_at
RETURNING id, number, country, variables::text, created_at, updated_at, phone_status, subscription, subscription_source,
    subscription_at, tags, evidence_id;

-- name: put_member
INSERT INTO contact_list_member (list_id, contact_id) VALUES (%(list_id)s, %(contact_id)s) ON CONFLICT DO NOTHING;

-- name: remove_member
DELETE FROM contact_list_member AS member USING contact
WHERE contact.account_id = %(account_id)s AND contact.number = %(number)s
    AND member.list_id = %(list_id)s AND member.contact_id = contact.id;

-- name: page_of_members
-- Newest contacts first.
SELECT contact.id, number, country, contact.variables::text, contact.created_at, updated_at, phone_status, subscription,
    subscription_source, subscription_at, tags, contact.evidence_id
FROM contact_list_member AS member JOIN contact ON contact.id = member.contact_id
WHERE member.list_id = %(list_id)s AND contact.account_id = %(account_id)s
    AND (%(after)s::uuid IS NULL OR member.contact_id < %(after)s)
ORDER BY member.contact_id DESC LIMIT %(limit)s;

-- name: page_of_contacts
-- Newest first: an account's, or those of a list; of all statuses, or of one. Where nobody ever said anything the
-- subscription is `unrecorded`.
SELECT id, number, country, variables::text, created_at, updated_at, phone_status, subscription, subscription_source,
    subscription_at, tags, evidence_id
FROM contact
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
    AND (%(phone_status)s::text IS NULL OR phone_status = %(phone_status)s)
    AND (%(subscription)s::text IS NULL OR subscription = %(subscription)s
        OR (%(subscription)s = 'unrecorded' AND subscription IS NULL))
    AND (%(list_id)s::uuid IS NULL OR EXISTS (
        SELECT FROM contact_list_member AS member WHERE member.list_id = %(list_id)s AND member.contact_id = contact.id
    ))
ORDER BY id DESC LIMIT %(limit)s;

-- name: get_contact
SELECT id, number, country, variables::text, created_at, updated_at, phone_status, subscription, subscription_source,
    subscription_at, tags, evidence_id
FROM contact WHERE account_id = %(account_id)s AND number = %(number)s;

-- name: change_contact
UPDATE contact SET
    numbered_at = CASE WHEN number = %(number)s THEN numbered_at ELSE %(now)s END, number = %(number)s, country = %(country)s, variables = %(variables)s::jsonb, phone_status = %(phone_status)s,
    subscription = %(subscription)s, subscription_source = %(subscription_source)s,
    subscription_at = %(subscription_at)s, evidence_id = %(evidence_id)s, updated_at = %(now)s
WHERE account_id = %(account_id)s AND id = %(contact_id)s;

-- name: bounce
-- all accounts: each pair names its account.
-- One that somebody writes at this moment is left as it is: whoever told us holds locks that all sending waits for, and
-- an import may take a minute. The carrier will say it again.
WITH told AS (
    SELECT contact.id, told.error
    FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[], %(errors)s::text[]) AS told (account_id, number, error)
    JOIN contact ON contact.account_id = told.account_id AND contact.number = told.number
    WHERE contact.phone_status = 'active'
    FOR NO KEY UPDATE OF contact SKIP LOCKED
)
UPDATE contact SET phone_status = 'bounced', updated_at = %(now)s FROM told WHERE contact.id = told.id
RETURNING contact.account_id, contact.id, contact.number, told.error;

-- name: people_after
-- The next people of several lists, each once, in the order of contacts. Each list gives its next `limit` members by
-- its key, so the cost is that of a slice, however long the lists and however far the reader is. The inner LIMIT 1
-- leaves the planner one way to a contact, its own key: just after an import it believes that the account has few
-- contacts and would read all of them for each.
SELECT contact.id, contact.number, contact.country, contact.variables::text, contact.phone_status, contact.subscription,
    contact.numbered_at IS NOT NULL
FROM (
    SELECT DISTINCT next.contact_id
    FROM unnest(%(list_ids)s::uuid[]) AS asked (list_id)
    CROSS JOIN LATERAL (
        SELECT contact_id FROM contact_list_member AS member
        WHERE member.list_id = asked.list_id AND member.contact_id > %(after)s
        ORDER BY member.contact_id LIMIT %(limit)s
    ) AS next
    ORDER BY next.contact_id LIMIT %(limit)s
) AS slice
CROSS JOIN LATERAL (SELECT * FROM contact WHERE contact.id = slice.contact_id LIMIT 1) AS contact
WHERE contact.account_id = %(account_id)s
ORDER BY slice.contact_id;

-- name: people_of_numbers
-- Contacts of an account by their numbers, each by its key; who is no contact is left out.
SELECT contact.id, contact.number, contact.country, contact.variables::text, contact.phone_status, contact.subscription
FROM unnest(%(numbers)s::text[]) AS asked (number)
CROSS JOIN LATERAL (
    SELECT * FROM contact WHERE contact.account_id = %(account_id)s AND contact.number = asked.number LIMIT 1
) AS contact;

-- name: statuses
-- all accounts: a batch may mix them; each row looks among its own account's contacts only.
-- By an index that holds those contacts alone of which anything is to be known; where there are none, not at all.
SELECT asked.place, found.phone_status, found.subscription
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[]) WITH ORDINALITY AS asked (account_id, number, place)
CROSS JOIN LATERAL (
    SELECT phone_status, subscription FROM contact
    WHERE contact.account_id = asked.account_id AND contact.number = asked.number
        AND (phone_status <> 'active' OR subscription IS NOT NULL)
    LIMIT 1
) AS found
WHERE (SELECT EXISTS (
    SELECT FROM contact
    WHERE account_id = ANY (%(owners)s::uuid[]) AND (phone_status <> 'active' OR subscription IS NOT NULL)
))
UNION ALL
-- Of a number that asked to be forgotten, and is nobody's record now.
SELECT asked.place, 'active', 'not_subscribed'
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[]) WITH ORDINALITY AS asked (account_id, number, place)
CROSS JOIN LATERAL (
    SELECT FROM suppression AS kept
    WHERE kept.account_id = asked.account_id AND kept.hash = (
        SELECT sha256(salt || convert_to(asked.number, 'UTF8')) FROM suppression_salt AS salt
        WHERE salt.account_id = asked.account_id
    ) AND NOT EXISTS (
        SELECT FROM contact WHERE contact.account_id = asked.account_id AND contact.number = asked.number
            AND subscription IS NOT NULL
    ) LIMIT 1
) AS found
WHERE (SELECT EXISTS (SELECT FROM suppression WHERE account_id = ANY (%(owners)s::uuid[])));

-- name: count_people
-- People of several lists, each once. Of one list its size is known; see `lists.count_people`.
SELECT count(DISTINCT member.contact_id)
FROM contact_list_member AS member JOIN contact_list ON contact_list.id = member.list_id
WHERE contact_list.account_id = %(account_id)s AND member.list_id = ANY (%(list_ids)s);

-- name: meet
-- all accounts: each row names its account.
-- Who wrote to an account, and whom it does not know yet. Where somebody writes its contacts at this moment, strangers are
-- left for their next text: an import may take a minute, and whoever receives holds locks that all sending waits for.
WITH asked AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(accounts)s::uuid[], %(numbers)s::text[], %(countries)s::text[])
        AS t (id, account_id, number, country)
), known AS (
    SELECT asked.id AS asked, found.id, asked.account_id, asked.number
    FROM asked CROSS JOIN LATERAL (
        SELECT id FROM contact WHERE contact.account_id = asked.account_id AND contact.number = asked.number LIMIT 1
    ) AS found
), free AS MATERIALIZED (
    SELECT account_id FROM (
        SELECT DISTINCT account_id FROM asked WHERE id <> ALL (ARRAY(SELECT known.asked FROM known))
    ) AS lacking
    WHERE pg_try_advisory_xact_lock_shared(7415, hashtext(account_id::text))
), new AS (
    INSERT INTO contact (id, account_id, number, country, variables, created_at, updated_at, subscription,
        subscription_source, subscription_at, evidence_id)
    SELECT id, asked.account_id, asked.number, country, '{}', %(now)s::timestamptz, %(now)s::timestamptz,
        CASE WHEN kept.hash IS NULL THEN usual.subscription ELSE 'not_subscribed' END,
        CASE WHEN kept.hash IS NULL THEN usual.source ELSE 'asked to be forgotten' END,
        CASE WHEN kept.hash IS NOT NULL OR usual.subscription IS NOT NULL THEN %(now)s::timestamptz END,
        CASE WHEN kept.hash IS NULL THEN usual.evidence_id END
    FROM asked
    LEFT JOIN contact_default AS usual ON usual.account_id = asked.account_id AND usual.subscription <> 'subscribed'
    LEFT JOIN suppression_salt AS salt ON salt.account_id = asked.account_id
    LEFT JOIN suppression AS kept ON kept.account_id = asked.account_id
        AND kept.hash = sha256(salt.salt || convert_to(asked.number, 'UTF8'))
    WHERE asked.account_id = ANY (ARRAY(SELECT account_id FROM free)) AND id <> ALL (ARRAY(SELECT known.asked FROM known))
    ORDER BY asked.account_id, asked.number
    ON CONFLICT (account_id, number) DO NOTHING
    RETURNING id, account_id, number
)
SELECT account_id, number, id FROM known UNION ALL SELECT account_id, number, id FROM new;
