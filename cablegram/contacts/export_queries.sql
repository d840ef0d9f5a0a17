-- Statements of exports.

-- name: contacts_after
-- Everybody of an account, in the order of their ids.
SELECT id, number, country, variables::text, phone_status, subscription FROM contact
WHERE account_id = %(account_id)s AND id > %(after)s ORDER BY id LIMIT %(limit)s;

-- name: lists_of_contacts
-- On which lists people are, by their names, but for those that came with one campaign.
SELECT contact_id, string_agg(contact_list.name, '; ' ORDER BY contact_list.name)
FROM contact_list_member JOIN contact_list ON contact_list.id = list_id
WHERE account_id = %(account_id)s AND campaign_id IS NULL AND contact_id = ANY (%(contacts)s::uuid[])
GROUP BY contact_id;

-- name: variables_of_contacts
-- Which variables anybody of an account has: those of its lists and its fields.
SELECT DISTINCT name FROM (
    SELECT unnest(variables) AS name FROM contact_list WHERE account_id = %(account_id)s
    UNION SELECT name FROM contact_field WHERE account_id = %(account_id)s
) AS named ORDER BY name;
