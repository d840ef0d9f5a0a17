-- Statements about providers that know names. Private to the room.

-- name: connectors
-- all accounts: the operator's, which anybody's numbers use, and those of the accounts that ask.
SELECT id FROM connector
WHERE is_enabled AND kind = ANY (%(kinds)s::text[])
    AND (account_id IS NULL OR account_id = ANY (%(accounts)s::uuid[]))
ORDER BY id;
