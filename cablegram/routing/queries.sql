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

-- name: rules
-- all accounts: one who chooses for everybody's messages needs everybody's rules; a list is asked for by its payers.
SELECT route.id, account_id, name, position, prefixes, countries, senders, classes, accounts, strategy, is_enabled,
    created_at, options, unfit
FROM route CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_array(connector_id, weight, cost, least_accepted, least_delivered)
        ORDER BY place), '[]') AS options
    FROM route_connector WHERE route_id = route.id
) AS its CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_array(connector_id, country)), '[]') AS unfit
    FROM route_unfit WHERE route_id = route.id
) AS lately
WHERE %(payers)s::uuid[] IS NULL OR coalesce(account_id, '00000000-0000-0000-0000-000000000000') = ANY (%(payers)s::uuid[])
ORDER BY account_id NULLS LAST, position, route.id;

-- name: hold_rules
-- Who changes rules takes turns: places in their order depend on all of them.
SELECT pg_advisory_xact_lock(7417, 2);

-- name: insert_rule
INSERT INTO route (id, account_id, position, name, is_enabled, prefixes, countries, senders, classes, accounts, strategy,
    created_at)
VALUES (%(id)s, %(account_id)s, %(position)s, %(name)s, %(is_enabled)s, %(prefixes)s::text[], %(countries)s::text[],
    %(senders)s::text[], %(classes)s::text[], %(accounts)s::uuid[], %(strategy)s, %(created_at)s)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, is_enabled = excluded.is_enabled, prefixes = excluded.prefixes,
    countries = excluded.countries, senders = excluded.senders, classes = excluded.classes, accounts = excluded.accounts,
    strategy = excluded.strategy;

-- name: drop_options
DELETE FROM route_connector WHERE route_id = %(id)s;

-- name: insert_option
INSERT INTO route_connector (route_id, connector_id, place, weight, cost, least_accepted, least_delivered)
VALUES (%(id)s, %(connector_id)s, %(place)s, %(weight)s, %(cost)s, %(least_accepted)s, %(least_delivered)s);

-- name: delete_rule
-- all accounts: the caller has found it among those that may be changed.
DELETE FROM route WHERE id = %(id)s;

-- name: number_rules
-- all accounts: see delete_rule.
UPDATE route SET position = place FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS wanted (id, place)
WHERE route.id = wanted.id;

-- name: save_policy
UPDATE routing SET fails_over = %(fails_over)s, patience_seconds = %(patience)s, rest_seconds = %(rest)s;

-- name: renew
-- all accounts: whether there is any rule at all.
UPDATE routing SET revision = CASE WHEN fails_over OR EXISTS (SELECT FROM route WHERE is_enabled) THEN %(revision)s::uuid END
RETURNING revision;

-- name: connectors_of
-- all accounts: of the operator's (null) or of an account.
SELECT id, name, is_enabled FROM connector WHERE account_id IS NOT DISTINCT FROM %(payer)s::uuid;

-- name: known
-- all accounts: see connectors_of.
SELECT id, account_id, name, is_enabled, CASE WHEN away_since IS NULL THEN '' ELSE coalesce(why, '') END
FROM connector LEFT JOIN connector_standing ON connector_standing.connector_id = connector.id
WHERE account_id IS NOT DISTINCT FROM %(payer)s::uuid ORDER BY id;

-- name: accounts_among
-- all accounts: the operator's rules may name any.
SELECT id FROM account WHERE id = ANY (%(ids)s::uuid[]);

-- name: policy
SELECT revision, fails_over, patience_seconds, rest_seconds FROM routing;

-- name: take_turn
-- One process at a time looks how connectors stand; the others let it.
SELECT pg_try_advisory_xact_lock(7417, 1);

-- name: standings
-- all accounts: connectors are looked at whosever they are.
SELECT connector.id, connector.account_id, name, is_simulated, is_enabled, paused_reason, away_since, bad_since,
    good_since, coalesce(falls, 0), returned_at, coalesce(why, ''),
    ARRAY(SELECT state FROM link WHERE link.connector_id = connector.id ORDER BY number)
FROM connector LEFT JOIN connector_standing ON connector_standing.connector_id = connector.id
ORDER BY connector.id;

-- name: keep_standing
INSERT INTO connector_standing (connector_id, bad_since, good_since, falls, returned_at, why)
VALUES (%(connector_id)s, %(bad_since)s, %(good_since)s, %(falls)s, %(returned_at)s, %(why)s)
ON CONFLICT (connector_id) DO UPDATE SET bad_since = excluded.bad_since, good_since = excluded.good_since,
    falls = excluded.falls, returned_at = excluded.returned_at, why = excluded.why;

-- name: forget_standing
DELETE FROM connector_standing WHERE connector_id = %(connector_id)s;

-- name: mark_away
-- all accounts: see standings.
UPDATE connector SET away_since = %(away_since)s WHERE id = %(connector_id)s;

-- name: forget_standings
-- all accounts: see standings.
WITH gone AS (DELETE FROM connector_standing)
UPDATE connector SET away_since = NULL WHERE away_since IS NOT NULL;

-- name: clear_minute
-- all accounts: a gateway is judged by everybody's messages.
DELETE FROM route_health WHERE at = %(at)s;

-- name: measure_minute
-- all accounts: see clear_minute.
-- The messages that were accepted in a minute, as they stand now; of a busy minute its first ones tell enough.
INSERT INTO route_health (connector_id, country, at, answered, accepted, due, delivered, delays)
SELECT connector_id, country, %(at)s, count(*), count(submitted_at),
    count(*) FILTER (WHERE submitted_at IS NOT NULL AND (is_ended OR submitted_at < %(due_before)s)),
    count(*) FILTER (WHERE state = 'delivered'),
    ARRAY[
        count(*) FILTER (WHERE bin = 0), count(*) FILTER (WHERE bin = 1), count(*) FILTER (WHERE bin = 2),
        count(*) FILTER (WHERE bin = 3), count(*) FILTER (WHERE bin = 4), count(*) FILTER (WHERE bin = 5),
        count(*) FILTER (WHERE bin = 6), count(*) FILTER (WHERE bin = 7), count(*) FILTER (WHERE bin = 8),
        count(*) FILTER (WHERE bin = 9), count(*) FILTER (WHERE bin = 10), count(*) FILTER (WHERE bin = 11),
        count(*) FILTER (WHERE bin = 12)
    ]
FROM (
    SELECT connector_id, country, state, submitted_at, state IN ('delivered', 'undelivered', 'expired') AS is_ended,
        CASE WHEN state = 'delivered' THEN width_bucket(
            extract(epoch FROM coalesce(receipt_at, finished_at) - submitted_at)::float8, %(delays)s::float8[]) END AS bin
    FROM (
        SELECT connector_id, country, state, submitted_at, claimed_at, finished_at, receipt_at FROM message
        WHERE id >= %(low)s AND id < %(high)s ORDER BY id LIMIT %(limit)s
    ) AS accepted
    WHERE connector_id IS NOT NULL AND (submitted_at IS NOT NULL
        OR (claimed_at IS NOT NULL AND state IN ('rejected', 'failed')))
) AS answered
GROUP BY connector_id, country;

-- name: forget_minutes
-- all accounts: see clear_minute.
DELETE FROM route_health WHERE at < %(before)s;

-- name: fared
-- all accounts: see clear_minute; who may ask for a connector's, the caller has seen.
WITH seen AS (
    SELECT * FROM route_health
    WHERE at >= %(since)s AND (%(connector_ids)s::uuid[] IS NULL OR connector_id = ANY (%(connector_ids)s::uuid[]))
), slow AS (
    SELECT connector_id, country, place, sum(n)::integer AS n
    FROM seen CROSS JOIN LATERAL unnest(delays) WITH ORDINALITY AS delay (n, place)
    GROUP BY connector_id, country, place
), delays AS (
    SELECT connector_id, country, array_agg(n ORDER BY place) AS delays FROM slow GROUP BY connector_id, country
)
SELECT connector_id, country, sum(answered)::integer, sum(accepted)::integer, sum(due)::integer,
    sum(delivered)::integer, delays.delays
FROM seen JOIN delays USING (connector_id, country)
GROUP BY connector_id, country, delays.delays
ORDER BY connector_id, sum(answered) DESC, country;

-- name: unfit
SELECT route_id, connector_id, country, since FROM route_unfit;

-- name: drop_unfit
DELETE FROM route_unfit;

-- name: put_unfit
INSERT INTO route_unfit (route_id, connector_id, country, since)
SELECT * FROM unnest(%(routes)s::uuid[], %(connectors)s::uuid[], %(countries)s::text[], %(moments)s::timestamptz[]);

-- name: payer_of
-- all accounts: the caller looks whose it is.
SELECT account_id, away_since, CASE WHEN away_since IS NULL THEN '' ELSE coalesce(why, '') END
FROM connector LEFT JOIN connector_standing ON connector_standing.connector_id = connector.id
WHERE id = %(id)s;
