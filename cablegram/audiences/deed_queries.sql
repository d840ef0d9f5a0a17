-- Statements about deeds on many people.

-- name: ids_of
-- Of some contacts those of whom the condition holds.
SELECT id, number FROM contact
WHERE contact.account_id = %(account_id)s AND contact.id = ANY (%(contact_ids)s::uuid[]) AND (true /* condition */)
ORDER BY id;

-- name: put_deed
INSERT INTO people_deed (id, account_id, what, value, done_by, done_at)
VALUES (%(deed_id)s, %(account_id)s, %(what)s, %(value)s, %(by)s, %(now)s)
ON CONFLICT (id) DO NOTHING;

-- name: put_people
-- all accounts: the deed was just written as the account's.
WITH new AS (
    INSERT INTO people_deed_person (deed_id, contact_id)
    SELECT %(deed_id)s, one FROM unnest(%(contact_ids)s::uuid[]) AS one ON CONFLICT DO NOTHING RETURNING contact_id
)
UPDATE people_deed SET people = people + (SELECT count(*) FROM new) WHERE id = %(deed_id)s;

-- name: get_deed
SELECT id, what, value, people, done_by, done_at, undone_at FROM people_deed
WHERE account_id = %(account_id)s AND id = %(deed_id)s;

-- name: newest_deeds
SELECT id, what, value, people, done_by, done_at, undone_at FROM people_deed
WHERE account_id = %(account_id)s AND people > 0 ORDER BY id DESC LIMIT %(limit)s;

-- name: people_of_deed
-- The next people whom a deed changed.
SELECT person.contact_id, contact.number
FROM people_deed_person AS person JOIN contact ON contact.id = person.contact_id
WHERE contact.account_id = %(account_id)s AND person.deed_id = %(deed_id)s AND person.contact_id > %(after)s
ORDER BY person.contact_id LIMIT %(limit)s;

-- name: mark_undone
UPDATE people_deed SET undone_at = %(now)s WHERE account_id = %(account_id)s AND id = %(deed_id)s;

-- name: forget_deeds
-- all accounts: housekeeping.
DELETE FROM people_deed WHERE id IN (SELECT id FROM people_deed WHERE done_at < %(before)s LIMIT 20);
