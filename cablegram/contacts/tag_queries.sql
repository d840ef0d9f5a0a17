-- name: contacts_of_numbers
SELECT id, number FROM contact WHERE account_id = %(account_id)s AND number = ANY (%(numbers)s::text[]);

-- name: members_after
-- The next people of a list of the account.
SELECT contact.id FROM contact_list_member AS member JOIN contact ON contact.id = member.contact_id
WHERE member.list_id = %(list_id)s AND contact.account_id = %(account_id)s AND member.contact_id > %(after)s
ORDER BY member.contact_id LIMIT %(limit)s;

-- name: change_tags
-- In the order of contacts, so that two who tag the same people don't wait for each other in a circle.
WITH held AS (
    SELECT id, ARRAY(
        SELECT DISTINCT tag FROM unnest(tags || %(add)s::text[]) AS tag WHERE tag <> ALL (%(remove)s::text[]) ORDER BY tag
    ) AS tags
    FROM contact
    WHERE account_id = %(account_id)s AND id = ANY (%(ids)s::uuid[])
        AND (NOT tags @> %(add)s::text[] OR tags && %(remove)s::text[])
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE contact SET tags = held.tags, updated_at = %(now)s FROM held
WHERE contact.id = held.id AND cardinality(held.tags) <= %(most)s
RETURNING contact.id;

-- name: note_tags
INSERT INTO contact_tag (account_id, name, created_at)
SELECT %(account_id)s, name, %(now)s FROM unnest(%(names)s::text[]) AS name ON CONFLICT DO NOTHING;

-- name: tags
-- With how many people have each.
SELECT name, (
    SELECT count(*) FROM contact
    WHERE contact.account_id = contact_tag.account_id AND tags <> '{}' AND tags @> ARRAY[name]
)
FROM contact_tag WHERE account_id = %(account_id)s ORDER BY name;

-- name: delete_tag
DELETE FROM contact_tag WHERE account_id = %(account_id)s AND name = %(name)s;

-- name: people_of_tag
SELECT id FROM contact
WHERE account_id = %(account_id)s AND tags <> '{}' AND tags @> ARRAY[%(name)s::text] LIMIT %(limit)s;

-- name: tags_of
SELECT tags FROM contact WHERE account_id = %(account_id)s AND id = %(contact_id)s;
