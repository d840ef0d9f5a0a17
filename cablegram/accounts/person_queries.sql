-- Statements about one person: profile, proofs that come by mail, the second factor.

-- name: profile
SELECT first_name, last_name, company, email, email_confirmed_at IS NOT NULL, language, time_zone FROM app_user
WHERE id = %(user_id)s;

-- name: put_profile
-- Another address has to be proved anew.
UPDATE app_user SET first_name = %(first_name)s, last_name = %(last_name)s, company = %(company)s,
    language = %(language)s, time_zone = %(time_zone)s, email = %(email)s,
    email_confirmed_at = CASE WHEN lower(email) = lower(%(email)s) THEN email_confirmed_at END
WHERE id = %(user_id)s;

-- name: confirm_email
-- Only the address that the proof was sent to.
UPDATE app_user SET email_confirmed_at = coalesce(email_confirmed_at, %(now)s)
WHERE id = %(user_id)s AND lower(email) = lower(%(email)s)
RETURNING id;

-- name: people_at
-- Those whose address this is: several may share one. Who never proved it may still get a new password there, for
-- nobody else reads it.
SELECT id, login, language, email FROM app_user WHERE lower(email) = lower(%(email)s) ORDER BY id LIMIT 10;

-- name: writers
-- all accounts: the people whose proved address this is, each with their accounts, the oldest first.
SELECT app_user.id, membership.account_id, membership.role FROM app_user
LEFT JOIN membership ON membership.user_id = app_user.id LEFT JOIN account ON account.id = membership.account_id
WHERE lower(app_user.email) = lower(%(email)s) AND app_user.email_confirmed_at IS NOT NULL
ORDER BY app_user.id, account.created_at, account.id LIMIT 50;

-- name: insert_mail_code
-- A newer one takes the place of those before it.
WITH old AS (
    DELETE FROM mail_code WHERE user_id = %(user_id)s AND purpose = %(purpose)s AND used_at IS NULL
), gone AS (
    DELETE FROM mail_code WHERE expires_at < %(now)s::timestamptz - interval '30 days'
)
INSERT INTO mail_code (hash, purpose, user_id, email, expires_at)
VALUES (%(hash)s, %(purpose)s, %(user_id)s, %(email)s, %(expires_at)s);

-- name: insert_short_code
UPDATE mail_code SET short_hash = %(short)s WHERE hash = %(hash)s;

-- name: by_short_code
SELECT hash FROM mail_code WHERE user_id = %(user_id)s AND purpose = 'confirm' AND short_hash = %(short)s;

-- name: mail_code
SELECT user_id, email FROM mail_code
WHERE hash = %(hash)s AND purpose = %(purpose)s AND used_at IS NULL AND expires_at > %(now)s;

-- name: use_mail_code
-- Used is used: of two that come at once, the second finds nothing.
UPDATE mail_code SET used_at = %(now)s
WHERE hash = %(hash)s AND purpose = %(purpose)s AND used_at IS NULL AND expires_at > %(now)s
RETURNING user_id, email;

-- name: void_mail_codes
DELETE FROM mail_code WHERE user_id = %(user_id)s AND purpose = %(purpose)s AND used_at IS NULL;

-- name: totp
SELECT totp_secret, totp_since, totp_step FROM app_user WHERE id = %(user_id)s AND totp_secret IS NOT NULL;

-- name: hold_totp
-- One code at a time: of two requests with the same one, the second sees its step taken.
SELECT totp_secret, totp_since, totp_step FROM app_user WHERE id = %(user_id)s AND totp_secret IS NOT NULL
FOR NO KEY UPDATE;

-- name: offer_totp
UPDATE app_user SET totp_secret = %(sealed)s, totp_step = NULL WHERE id = %(user_id)s AND totp_since IS NULL
RETURNING id;

-- name: confirm_totp
UPDATE app_user SET totp_since = %(now)s, totp_step = %(step)s WHERE id = %(user_id)s;

-- name: take_step
UPDATE app_user SET totp_step = %(step)s WHERE id = %(user_id)s;

-- name: forget_totp
WITH codes AS (DELETE FROM recovery_code WHERE user_id = %(user_id)s)
UPDATE app_user SET totp_secret = NULL, totp_since = NULL, totp_step = NULL WHERE id = %(user_id)s;

-- name: drop_recovery
DELETE FROM recovery_code WHERE user_id = %(user_id)s;

-- name: insert_recovery
INSERT INTO recovery_code (user_id, hash) SELECT %(user_id)s, hash FROM unnest(%(hashes)s::bytea[]) AS hash;

-- name: use_recovery
UPDATE recovery_code SET used_at = %(now)s
WHERE user_id = %(user_id)s AND hash = %(hash)s AND used_at IS NULL
RETURNING hash;

-- name: recovery_left
SELECT count(*) FROM recovery_code WHERE user_id = %(user_id)s AND used_at IS NULL;

-- name: end_other_sessions
DELETE FROM session WHERE user_id = %(user_id)s AND hash IS DISTINCT FROM %(keep)s;
