-- name: tags
-- Newest first.
SELECT id, account_id, name, token, origins, fields, tags, words, words_version, is_on, created_at, updated_at
FROM website_tag WHERE account_id = %(account_id)s ORDER BY id DESC LIMIT %(limit)s;

-- name: get
SELECT id, account_id, name, token, origins, fields, tags, words, words_version, is_on, created_at, updated_at
FROM website_tag WHERE account_id = %(account_id)s AND id = %(tag_id)s FOR NO KEY UPDATE;

-- name: of_token
-- all accounts: a page of anybody's sends it, and names no account.
SELECT id, account_id, name, token, origins, fields, tags, words, words_version, is_on, created_at, updated_at
FROM website_tag WHERE token = %(token)s AND is_on;

-- name: insert
INSERT INTO website_tag (id, account_id, name, token, origins, fields, tags, words, words_version, is_on, created_at,
    updated_at)
VALUES (%(tag_id)s, %(account_id)s, %(name)s, %(token)s, %(origins)s, %(fields)s, %(tags)s, %(words)s, %(words_version)s,
    %(is_on)s, %(now)s, %(now)s)
ON CONFLICT (account_id, lower(name)) DO NOTHING RETURNING id;

-- name: change
UPDATE website_tag SET name = %(name)s, origins = %(origins)s, fields = %(fields)s, tags = %(tags)s, words = %(words)s,
    words_version = %(words_version)s, is_on = %(is_on)s, updated_at = %(now)s
WHERE account_id = %(account_id)s AND id = %(tag_id)s;

-- name: delete
DELETE FROM website_tag WHERE account_id = %(account_id)s AND id = %(tag_id)s;

-- name: count_use
-- How often a form was sent this minute from somewhere, or with '' from anywhere.
INSERT INTO website_tag_use AS used (tag_id, minute, origin, n) VALUES (%(tag_id)s, %(minute)s, %(origin)s, 1)
ON CONFLICT (tag_id, minute, origin) DO UPDATE SET n = used.n + 1 RETURNING n;

-- name: forget_use
-- all accounts: the tag was just read.
DELETE FROM website_tag_use WHERE tag_id = %(tag_id)s AND minute < %(minute)s;
