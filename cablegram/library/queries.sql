-- name: insert_template
INSERT INTO template (id, account_id, name, description, text, created_at, updated_at)
VALUES (%(template_id)s, %(account_id)s, %(name)s, %(description)s, %(text)s, %(now)s, %(now)s)
ON CONFLICT (account_id, lower(name)) DO NOTHING
RETURNING id;

-- name: page_of_templates
-- Newest first.
SELECT id, name, description, text, created_at, updated_at FROM template
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: read_template
SELECT id, name, description, text, created_at, updated_at FROM template
WHERE id = %(template_id)s AND account_id = %(account_id)s;

-- name: change_template
-- What is null stays.
UPDATE template SET name = coalesce(%(name)s::text, name), description = coalesce(%(description)s::text, description),
    text = coalesce(%(text)s::text, text), updated_at = %(now)s
WHERE id = %(template_id)s AND account_id = %(account_id)s
RETURNING id, name, description, text, created_at, updated_at;

-- name: delete_template
-- A campaign made from it keeps its own copy of the words.
DELETE FROM template WHERE id = %(template_id)s AND account_id = %(account_id)s RETURNING id;

-- name: texts
SELECT id, text FROM template WHERE account_id = %(account_id)s AND id = ANY(%(template_ids)s);
