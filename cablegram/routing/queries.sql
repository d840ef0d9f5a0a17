-- name: ways
-- all accounts: the operator's connectors and those of the accounts asked for.
-- What is said of each goes as one text: this is asked with every batch, and a column costs more than what is in it.
SELECT id, account_id, concat_ws(' ', is_simulated,
    EXISTS (SELECT FROM link WHERE link.connector_id = connector.id AND link.state IN ('bound', 'throttled')),
    carries_media, usable_characters)
FROM connector
WHERE is_enabled AND (account_id IS NULL OR account_id = ANY (%(account_ids)s::uuid[]));
