-- name: insert_account
-- Two accounts of one name would be told apart by nobody, so the second is not made.
INSERT INTO account (id, name, default_country, open_senders, created_at)
VALUES (%(account_id)s, %(name)s, %(default_country)s, %(open_senders)s, %(now)s)
ON CONFLICT (lower(name)) DO NOTHING
RETURNING id;

-- name: accounts
-- all accounts: a batch may ask for several.
SELECT id, name, default_country, open_senders, created_at, segment_profile, suspended_at FROM account WHERE id = ANY(%(account_ids)s);

-- name: segment_profiles
-- all accounts: a process keeps them in memory. Only those that don't pay for segments as the network cuts them.
SELECT id, segment_profile FROM account WHERE segment_profile <> 'gsm0338';

-- name: hold_account
-- Until the transaction ends nobody else holds it. Rows that refer to the account may still be written.
SELECT id, name, default_country, open_senders, created_at, segment_profile, suspended_at FROM account WHERE id = %(account_id)s
FOR NO KEY UPDATE;

-- name: change_account
UPDATE account SET name = %(name)s, default_country = %(default_country)s, open_senders = %(open_senders)s,
    segment_profile = %(segment_profile)s
WHERE id = %(account_id)s;

-- name: account_named
-- all accounts: the operator looks for one by its name.
SELECT id, name, default_country, open_senders, created_at, segment_profile, suspended_at FROM account WHERE lower(name) = lower(%(name)s);

-- name: account_ids
-- all accounts: the operator's file names them.
SELECT lower(name), id FROM account WHERE lower(name) = ANY (%(names)s);

-- name: page_of_accounts
-- all accounts: the operator's list, newest first.
SELECT id, name, default_country, open_senders, created_at, segment_profile, suspended_at FROM account
WHERE %(after)s::uuid IS NULL OR id < %(after)s
ORDER BY id DESC LIMIT %(limit)s;

-- name: accounts_of_user
-- all accounts: those a person may choose from, by name; the operator may choose any.
SELECT account.id, name, default_country, open_senders, account.created_at, segment_profile, suspended_at
FROM account
WHERE %(is_operator)s OR account.id IN (SELECT account_id FROM membership WHERE user_id = %(user_id)s)
ORDER BY lower(name) LIMIT %(limit)s;

-- name: insert_user
INSERT INTO app_user (id, login, display_name, is_operator, created_at)
VALUES (%(user_id)s, %(login)s, %(display_name)s, %(is_operator)s, %(now)s)
ON CONFLICT (lower(login)) DO NOTHING
RETURNING id;

-- name: user_by_login
SELECT id, login, display_name, is_operator, password_hash IS NOT NULL, theme, language, email, email_confirmed_at IS NOT NULL,
    totp_since IS NOT NULL, password_hash
FROM app_user
WHERE lower(login) = lower(%(login)s);

-- name: user_by_id
SELECT id, login, display_name, is_operator, password_hash IS NOT NULL, theme, language, email, email_confirmed_at IS NOT NULL,
    totp_since IS NOT NULL, password_hash
FROM app_user
WHERE id = %(user_id)s;

-- name: lock_users
-- One process at a time makes the first operator.
LOCK TABLE app_user IN SHARE ROW EXCLUSIVE MODE;

-- name: operators
-- Oldest first: the one whom the first start made leads.
SELECT id, login, display_name, is_operator, password_hash IS NOT NULL, theme, language, email, email_confirmed_at IS NOT NULL,
    totp_since IS NOT NULL
FROM app_user WHERE is_operator ORDER BY id;

-- name: set_password
-- Null: it is forgotten, and the person chooses a new one.
UPDATE app_user SET password_hash = %(password_hash)s WHERE id = %(user_id)s;

-- name: renew_password_hash
-- The same password under newer parameters; if it was changed meanwhile, that change stands.
UPDATE app_user SET password_hash = %(password_hash)s WHERE id = %(user_id)s AND password_hash = %(old_hash)s;

-- name: set_theme
UPDATE app_user SET theme = %(theme)s WHERE id = %(user_id)s;

-- name: set_display_name
UPDATE app_user SET display_name = %(display_name)s WHERE id = %(user_id)s;

-- name: put_membership
INSERT INTO membership (user_id, account_id, role) VALUES (%(user_id)s, %(account_id)s, %(role)s)
ON CONFLICT (user_id, account_id) DO UPDATE SET role = excluded.role;

-- name: delete_membership
DELETE FROM membership WHERE user_id = %(user_id)s AND account_id = %(account_id)s RETURNING role;

-- name: members
-- By id, so oldest first: whoever opened the account leads.
SELECT app_user.id, login, display_name, is_operator, password_hash IS NOT NULL, theme, language, email, email_confirmed_at IS NOT NULL,
    totp_since IS NOT NULL, role
FROM membership JOIN app_user ON app_user.id = user_id
WHERE account_id = %(account_id)s
ORDER BY app_user.id;

-- name: insert_key
INSERT INTO api_key (id, account_id, name, hint, hash, scopes, created_at, expires_at)
VALUES (%(key_id)s, %(account_id)s, %(name)s, %(hint)s, %(hash)s, %(scopes)s, %(now)s, %(expires_at)s);

-- name: page_of_keys
-- Newest first; revoked ones stay, so that a timeline can say who it was.
SELECT id, name, hint, scopes, created_at, last_used_at, revoked_at, expires_at, replaced_by FROM api_key
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: revoke_key
UPDATE api_key SET revoked_at = %(now)s
WHERE id = %(key_id)s AND account_id = %(account_id)s AND revoked_at IS NULL
RETURNING id;

-- name: living_key
-- A key that still works, held until the transaction ends.
SELECT id, name, hint, scopes, created_at, last_used_at, revoked_at, expires_at, replaced_by FROM api_key
WHERE id = %(key_id)s AND account_id = %(account_id)s AND revoked_at IS NULL
    AND (expires_at IS NULL OR expires_at > %(now)s)
FOR UPDATE;

-- name: replace_key
UPDATE api_key SET expires_at = %(expires_at)s, replaced_by = %(new_id)s
WHERE id = %(key_id)s AND account_id = %(account_id)s;

-- name: key_exists
SELECT id FROM api_key WHERE id = %(key_id)s AND account_id = %(account_id)s;

-- name: living_keys
-- all accounts: a key says for which account it speaks, and the account from where it may be called.
SELECT hash, api_key.id, account_id, hint, scopes, last_used_at, access_list, suspended_at IS NOT NULL
FROM api_key JOIN account ON account.id = account_id
WHERE hash = ANY(%(hashes)s) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(now)s);

-- name: touch_keys
-- all accounts: the keys that were used in the last seconds, whosever they are.
UPDATE api_key SET last_used_at = greatest(last_used_at, %(now)s) WHERE id = ANY(%(key_ids)s);

-- name: notes
SELECT name, value FROM account_note WHERE account_id = %(account_id)s;

-- name: put_note
INSERT INTO account_note (account_id, name, value) VALUES (%(account_id)s, %(name)s, %(value)s)
ON CONFLICT (account_id, name) DO UPDATE SET value = excluded.value;

-- name: member_counts
-- all accounts: the operator's list.
SELECT account_id, count(*) FROM membership WHERE account_id = ANY(%(account_ids)s) GROUP BY account_id;

-- name: lock_attempts
-- Who counts attempts does it alone, so that a hundred at once are not each the first.
LOCK TABLE login_attempt IN SHARE ROW EXCLUSIVE MODE;

-- name: forget_attempts
DELETE FROM login_attempt WHERE at <= %(before)s;

-- name: attempts
-- Newest first.
SELECT subject, at FROM login_attempt WHERE subject = ANY(%(subjects)s) ORDER BY at DESC;

-- name: insert_attempt
INSERT INTO login_attempt (attempt_id, subject, at)
SELECT %(attempt_id)s, subject, %(now)s FROM unnest(%(subjects)s::bytea[]) AS subject;

-- name: delete_attempt
DELETE FROM login_attempt WHERE attempt_id = %(attempt_id)s;
