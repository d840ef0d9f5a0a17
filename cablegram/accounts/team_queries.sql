-- Statements of invitations.

-- name: insert_invitation
INSERT INTO invitation (id, account_id, email, role, hash, invited_by, created_at, expires_at)
VALUES (%(id)s, %(account_id)s, %(email)s, %(role)s, %(hash)s, %(invited_by)s, %(now)s, %(expires_at)s);

-- name: revoke_at
-- A newer invitation takes the place of those before it.
UPDATE invitation SET revoked_at = %(now)s
WHERE account_id = %(account_id)s AND lower(email) = lower(%(email)s) AND accepted_at IS NULL AND revoked_at IS NULL;

-- name: revoke_of
-- Of whoever goes, or may less: nobody comes back by a door that they left open.
UPDATE invitation SET revoked_at = %(now)s
WHERE account_id = %(account_id)s AND invited_by = %(invited_by)s AND accepted_at IS NULL AND revoked_at IS NULL;

-- name: revoke_invitation
UPDATE invitation SET revoked_at = %(now)s
WHERE account_id = %(account_id)s AND id = %(id)s AND accepted_at IS NULL AND revoked_at IS NULL
RETURNING id;

-- name: count_open
SELECT count(*) FROM invitation
WHERE account_id = %(account_id)s AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > %(now)s;

-- name: invitations
SELECT id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at FROM invitation
WHERE account_id = %(account_id)s AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > %(now)s
ORDER BY id DESC LIMIT %(limit)s;

-- name: invitation
SELECT id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at FROM invitation
WHERE account_id = %(account_id)s AND id = %(id)s;

-- name: open_invitation
-- all accounts: the link says to which one.
SELECT account_id, id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at FROM invitation
WHERE hash = %(hash)s AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > %(now)s;

-- name: take_invitation
-- all accounts: as above. Taken is taken: of two that come at once, the second finds nothing.
UPDATE invitation SET accepted_at = %(now)s
WHERE hash = %(hash)s AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > %(now)s
RETURNING account_id, id, email, role, invited_by, created_at, expires_at, accepted_at, revoked_at;
