-- name: ways
-- all accounts: the operator's connectors and those of the accounts asked for.
SELECT id, account_id, is_simulated,
    EXISTS (SELECT FROM link WHERE link.connector_id = connector.id AND link.state IN ('bound', 'throttled'))
FROM connector
WHERE is_enabled AND (account_id IS NULL OR account_id = ANY (%(account_ids)s::uuid[]));
