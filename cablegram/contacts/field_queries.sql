-- name: fields
-- In the account's order.
SELECT name, label, type, choices, place, id, updated_at FROM contact_field
WHERE account_id = %(account_id)s ORDER BY place, id;

-- name: insert_field
INSERT INTO contact_field (id, account_id, name, label, type, choices, place, created_at, updated_at)
VALUES (%(field_id)s, %(account_id)s, %(name)s, %(label)s, %(type)s, %(choices)s, %(place)s, %(now)s, %(now)s)
ON CONFLICT (account_id, lower(name)) DO NOTHING RETURNING id;

-- name: change_field
UPDATE contact_field SET label = %(label)s, type = %(type)s, choices = %(choices)s, updated_at = %(now)s
WHERE account_id = %(account_id)s AND id = %(field_id)s;

-- name: order_fields
UPDATE contact_field SET place = wanted.place
FROM unnest(%(field_ids)s::uuid[]) WITH ORDINALITY AS wanted (id, place)
WHERE contact_field.account_id = %(account_id)s AND contact_field.id = wanted.id;

-- name: delete_field
DELETE FROM contact_field WHERE account_id = %(account_id)s AND id = %(field_id)s;

-- name: values_after
-- The next contacts that have a value under a name.
SELECT id, variables ->> %(name)s::text FROM contact
WHERE account_id = %(account_id)s AND id > %(after)s AND variables ? %(name)s::text
ORDER BY id LIMIT %(limit)s;

-- name: set_values
UPDATE contact SET variables = variables || jsonb_build_object(%(name)s::text, new.value), updated_at = %(now)s
FROM unnest(%(ids)s::uuid[], %(values)s::text[]) AS new (id, value)
WHERE contact.account_id = %(account_id)s AND contact.id = new.id;

-- name: forget_values
UPDATE contact SET variables = variables - %(name)s::text, updated_at = %(now)s
WHERE account_id = %(account_id)s AND variables ? %(name)s::text;

-- name: beginning
SELECT subscription, source, changed_by, changed_at FROM contact_default WHERE account_id = %(account_id)s;

-- name: put_beginning
INSERT INTO contact_default (account_id, subscription, source, changed_by, changed_at, evidence_id)
VALUES (%(account_id)s, %(subscription)s, %(source)s, %(by)s, %(now)s, %(evidence_id)s)
ON CONFLICT (account_id) DO UPDATE
    SET subscription = excluded.subscription, source = excluded.source, changed_by = excluded.changed_by,
        changed_at = excluded.changed_at, evidence_id = excluded.evidence_id;

-- name: delete_beginning
DELETE FROM contact_default WHERE account_id = %(account_id)s;
