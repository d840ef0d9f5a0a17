-- name: lists_of
-- In the order of ids, in which lists are locked.
SELECT list.id, list.name FROM contact_list_member AS member JOIN contact_list AS list ON list.id = member.list_id
WHERE list.account_id = %(account_id)s AND member.contact_id = %(contact_id)s ORDER BY list.id;

-- name: join_lists
-- Who was on a list under one number is on it under the other.
INSERT INTO contact_list_member (list_id, contact_id)
SELECT member.list_id, %(kept)s FROM contact_list_member AS member JOIN contact_list AS list ON list.id = member.list_id
WHERE list.account_id = %(account_id)s AND member.contact_id = %(gone)s
ON CONFLICT DO NOTHING RETURNING list_id;

-- name: leave_lists
WITH gone AS (
    DELETE FROM contact_list_member AS member USING contact_list AS list
    WHERE list.id = member.list_id AND list.account_id = %(account_id)s AND member.contact_id = %(contact_id)s
    RETURNING member.list_id
)
UPDATE contact_list SET size = size - 1 FROM gone WHERE contact_list.id = gone.list_id RETURNING contact_list.id;

-- name: grow_lists
UPDATE contact_list SET size = size + 1 WHERE account_id = %(account_id)s AND id = ANY (%(list_ids)s::uuid[]);

-- name: delete_contact
DELETE FROM contact WHERE account_id = %(account_id)s AND id = %(contact_id)s;

-- name: set_tags
UPDATE contact SET tags = %(tags)s WHERE account_id = %(account_id)s AND id = %(contact_id)s;

-- name: copy_members
-- Who is on one of several lists of the account is on this one, too.
WITH joined AS (
    INSERT INTO contact_list_member (list_id, contact_id)
    SELECT DISTINCT %(list_id)s::uuid, member.contact_id
    FROM contact_list_member AS member JOIN contact_list AS list ON list.id = member.list_id
    WHERE list.account_id = %(account_id)s AND list.id = ANY (%(from_ids)s::uuid[])
    ON CONFLICT DO NOTHING RETURNING list_id
)
UPDATE contact_list SET size = size + (SELECT count(*) FROM joined)
WHERE account_id = %(account_id)s AND id = %(list_id)s RETURNING (SELECT count(*) FROM joined);
