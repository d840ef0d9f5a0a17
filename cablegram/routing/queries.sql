-- name: ways
-- all accounts: the operator's connectors and those of the accounts asked for.
SELECT id, account_id, is_simulated FROM connector
WHERE is_enabled AND (account_id IS NULL OR account_id = ANY (%(account_ids)s::uuid[]));
