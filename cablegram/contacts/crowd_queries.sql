-- Statements about many contacts at once.

-- name: join_list
INSERT INTO contact_list_member (list_id, contact_id)
SELECT %(list_id)s, contact.id FROM contact
WHERE contact.account_id = %(account_id)s AND contact.id = ANY (%(contact_ids)s::uuid[])
ORDER BY contact.id
ON CONFLICT DO NOTHING;

-- name: leave_list
DELETE FROM contact_list_member AS member USING contact
WHERE contact.account_id = %(account_id)s AND member.list_id = %(list_id)s AND member.contact_id = contact.id
    AND contact.id = ANY (%(contact_ids)s::uuid[]);

-- name: set_phone_status
-- In the order of contacts, so that nobody waits in a circle.
WITH held AS (
    SELECT id FROM contact
    WHERE account_id = %(account_id)s AND id = ANY (%(contact_ids)s::uuid[]) AND phone_status = %(before)s
    ORDER BY id FOR NO KEY UPDATE
)
UPDATE contact SET phone_status = %(status)s, updated_at = %(now)s FROM held WHERE contact.id = held.id;
