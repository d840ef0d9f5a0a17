-- name: ways
-- all accounts: the operator's connectors and those of the accounts asked for.
-- What is said of each goes as one text: this is asked with every batch, and a column costs more than what is in it.
-- Behind it stands the revision of the rules, where there are any.
SELECT id, account_id, concat_ws(' ', is_simulated,
    paused_at IS NULL AND EXISTS (
        SELECT FROM link WHERE link.connector_id = connector.id AND link.state IN ('bound', 'throttled')
    ),
    carries_media, coalesce(usable_characters::text, '-'), tested_at IS NOT NULL, away_since IS NOT NULL,
    coalesce(fee::text, '-'), array_to_string(needs, ',')),
    (SELECT revision FROM routing)
FROM connector
WHERE is_enabled AND (account_id IS NULL OR account_id = ANY (%(account_ids)s::uuid[]));

-- name: book
-- all accounts: one who chooses for everybody's messages needs everybody's rules.
SELECT route.id, account_id, name, position, prefixes, countries, senders, classes,
    accounts, strategy, is_enabled, created_at, options, unfit
FROM route CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_array(connector_id, weight, cost, least_accepted, least_delivered)
        ORDER BY place), '[]') AS options
    FROM route_connector WHERE route_id = route.id
) AS its CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_array(connector_id, country)), '[]') AS unfit
    FROM route_unfit WHERE route_id = route.id
) AS lately
WHERE is_enabled;

-- name: policy
SELECT revision, fails_over, patience_seconds, rest_seconds FROM routing;
