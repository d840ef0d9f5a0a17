-- Statements of exports.

-- name: contacts_after
-- Everybody of an account, in the order of their ids.
SELECT id, number, country, variables::text, phone_status, subscription FROM contact
WHERE account_id = %(account_id)s AND id > %(after)s ORDER BY id LIMIT %(limit)s;

-- name: variables_of_contacts
-- Which variables anybody of an account has: those of its lists and its fields.
SELECT DISTINCT name FROM (
    SELECT unnest(variables) AS name FROM contact_list WHERE account_id = %(account_id)s
    UNION SELECT name FROM contact_field WHERE account_id = %(account_id)s
) AS named ORDER BY name;
