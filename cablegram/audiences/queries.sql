-- Statements of the audiences room.

-- name: people_of_lists
-- The next `limit` people of several lists, each once, in the order of contacts, and those of them who are on none of the
-- others and were there at `until`. Each list gives its next members by its key, so the cost is that of a slice. The first
-- row's columns say how far that was looked; where nobody is left in it, the row has no contact.
WITH slice AS MATERIALIZED (
    SELECT DISTINCT next.contact_id
    FROM unnest(%(list_ids)s::uuid[]) AS asked (list_id)
    CROSS JOIN LATERAL (
        SELECT contact_id FROM contact_list_member AS member
        WHERE member.list_id = asked.list_id AND member.contact_id > %(after)s
        ORDER BY member.contact_id LIMIT %(limit)s
    ) AS next
    ORDER BY next.contact_id LIMIT %(limit)s
)
SELECT seen.n, seen.last, person.id, person.number, person.country, person.variables::text, person.phone_status,
    person.subscription
FROM (SELECT count(*) AS n, (SELECT contact_id FROM slice ORDER BY contact_id DESC LIMIT 1) AS last FROM slice) AS seen
LEFT JOIN (
    SELECT contact.* FROM slice
    CROSS JOIN LATERAL (SELECT * FROM contact WHERE contact.id = slice.contact_id LIMIT 1) AS contact
    WHERE contact.account_id = %(account_id)s AND contact.created_at <= %(until)s AND NOT EXISTS (
        SELECT FROM contact_list_member AS other
        WHERE other.contact_id = contact.id AND other.list_id = ANY (%(except_list_ids)s::uuid[])
    )
) AS person ON true
ORDER BY person.id;

-- name: count_of_lists
SELECT count(DISTINCT member.contact_id)
FROM contact_list_member AS member JOIN contact_list ON contact_list.id = member.list_id
WHERE contact_list.account_id = %(account_id)s AND member.list_id = ANY (%(list_ids)s::uuid[]) AND NOT EXISTS (
    SELECT FROM contact_list_member AS other
    WHERE other.contact_id = member.contact_id AND other.list_id = ANY (%(except_list_ids)s::uuid[])
);
