-- Statements of sessions: of the panel, of a second factor that is still to come, of the API. A session is its person's, and
-- the account on it is only the one that they look at.

-- name: insert_session
INSERT INTO session (hash, user_id, account_id, kind, address, agent, created_at, last_seen_at, expires_at)
VALUES (%(hash)s, %(user_id)s, %(account_id)s, %(kind)s, %(address)s, %(agent)s, %(now)s, %(now)s, %(expires_at)s);

-- name: delete_old_sessions
-- What has run out, of everybody: a login is rare enough to sweep as well.
DELETE FROM session WHERE expires_at <= %(now)s;

-- name: read_session
-- all accounts: the session says which one its person chose. Only while they still belong to it; an operator also has
-- those that nobody belongs to, and, for an hour and a reason, any other.
SELECT app_user.id, login, display_name, is_operator, password_hash IS NOT NULL, theme, language, email,
    email_confirmed_at IS NOT NULL, totp_since IS NOT NULL,
    session.id, CASE WHEN visit_until > %(now)s THEN visit_why END, visit_until, last_seen_at, role,
    account.id, account.name, account.default_country, account.open_senders, account.created_at,
    account.segment_profile, account.suspended_at
FROM session
JOIN app_user ON app_user.id = session.user_id
LEFT JOIN membership ON membership.user_id = session.user_id AND membership.account_id = session.account_id
LEFT JOIN account ON account.id = session.account_id AND (role IS NOT NULL OR is_operator AND (visit_until > %(now)s
    OR NOT EXISTS (SELECT FROM membership AS its WHERE its.account_id = session.account_id)))
WHERE session.hash = %(hash)s AND session.expires_at > %(now)s AND session.kind = %(kind)s;

-- name: living_sessions
-- all accounts: as the sessions above, of programs that logged in.
SELECT session.hash, session.user_id, display_name, is_operator, role, session.account_id, suspended_at IS NOT NULL
FROM session
JOIN app_user ON app_user.id = session.user_id
LEFT JOIN membership ON membership.user_id = session.user_id AND membership.account_id = session.account_id
LEFT JOIN account ON account.id = session.account_id
WHERE session.hash = ANY (%(hashes)s) AND session.expires_at > %(now)s AND session.kind = 'api'
    AND (role IS NOT NULL OR is_operator);

-- name: see_session
UPDATE session SET last_seen_at = %(now)s WHERE hash = %(hash)s;

-- name: sessions_of
-- Newest first.
SELECT id, kind, address, agent, created_at, last_seen_at, expires_at FROM session
WHERE user_id = %(user_id)s AND expires_at > %(now)s AND kind <> 'code'
ORDER BY created_at DESC, id LIMIT %(limit)s;

-- name: first_account
-- all accounts: the oldest one a person may act for, where a new session begins.
SELECT id FROM account
WHERE id IN (SELECT account_id FROM membership WHERE user_id = %(user_id)s)
    OR %(is_operator)s AND NOT EXISTS (SELECT FROM membership WHERE account_id = account.id)
ORDER BY id LIMIT 1;

-- name: may_choose
-- all accounts: whether a person may act for an account (true), may for a reason (false), or it is none of theirs (no row).
SELECT membership.user_id IS NOT NULL OR NOT EXISTS (SELECT FROM membership AS its WHERE its.account_id = account.id)
FROM account LEFT JOIN membership ON membership.account_id = account.id AND membership.user_id = %(user_id)s
WHERE account.id = %(account_id)s AND (membership.user_id IS NOT NULL OR %(is_operator)s);

-- name: choose_account
UPDATE session SET account_id = %(account_id)s, visit_why = %(why)s, visit_until = %(until)s WHERE hash = %(hash)s;

-- name: delete_session
DELETE FROM session WHERE hash = %(hash)s;

-- name: end_session
DELETE FROM session WHERE id = %(session_id)s AND user_id = %(user_id)s RETURNING id;

-- name: delete_other_sessions
DELETE FROM session WHERE user_id = %(user_id)s AND hash IS DISTINCT FROM %(keep)s;

-- name: insert_one_time
-- A newer one takes the place of those before it.
WITH old AS (DELETE FROM one_time_login WHERE user_id = %(user_id)s AND used_at IS NULL)
INSERT INTO one_time_login (hash, user_id, expires_at) VALUES (%(hash)s, %(user_id)s, %(expires_at)s);

-- name: use_one_time
-- Used is used: of two that come at once, the second finds nothing.
UPDATE one_time_login SET used_at = %(now)s
FROM app_user
WHERE hash = %(hash)s AND used_at IS NULL AND expires_at > %(now)s AND app_user.id = user_id
RETURNING app_user.id, login, display_name, is_operator, password_hash IS NOT NULL, theme, language, email,
    email_confirmed_at IS NOT NULL, totp_since IS NOT NULL;
