-- name: hold_versions
-- Until the transaction ends nobody else brings or withdraws a version; and every process looks anew.
UPDATE tariff_revision SET revision = revision + 1 RETURNING revision;

-- name: look_at_versions
-- As above, where it is not sure yet that anything changes.
SELECT revision FROM tariff_revision FOR UPDATE;

-- name: insert_version
INSERT INTO tariff_version
    (connector_id, currency, name, valid_from, prefixes, countries, is_demo, made_at, made_by)
VALUES (%(connector_id)s, %(currency)s, %(name)s, %(valid_from)s, %(prefixes)s, %(countries)s, %(is_demo)s,
    %(made_at)s, %(made_by)s)
RETURNING id;

-- name: copy_tariffs
COPY tariff (version_id, prefix, country, name, price, is_demo) FROM STDIN (FORMAT BINARY);

-- name: versions
-- Those of the accounts' tariff, or of one carrier's, the latest date first.
SELECT id, connector_id, currency, name, valid_from, prefixes, countries, is_demo, made_at, made_by, withdrawn_at
FROM tariff_version
WHERE connector_id IS NOT DISTINCT FROM %(connector_id)s::uuid
ORDER BY valid_from DESC, id DESC LIMIT 200;

-- name: version
SELECT id, connector_id, currency, name, valid_from, prefixes, countries, is_demo, made_at, made_by, withdrawn_at
FROM tariff_version WHERE id = %(id)s;

-- name: carrier_versions
-- Of all carriers, the versions that were in force at some time within a span.
SELECT id, connector_id, currency, name, valid_from, prefixes, countries, is_demo, made_at, made_by, withdrawn_at
FROM tariff_version AS one
WHERE connector_id IS NOT NULL AND withdrawn_at IS NULL AND valid_from < %(until)s
    AND (%(connector_id)s::uuid IS NULL OR connector_id = %(connector_id)s)
    AND NOT EXISTS (
        SELECT 1 FROM tariff_version AS later
        WHERE later.connector_id = one.connector_id AND later.withdrawn_at IS NULL AND later.valid_from <= %(since)s
            AND (later.valid_from, later.id) > (one.valid_from, one.id))
ORDER BY connector_id, valid_from, id;

-- name: withdraw
UPDATE tariff_version SET withdrawn_at = %(now)s WHERE id = %(id)s;

-- name: rows_of
SELECT prefix, country, name, price, is_demo FROM tariff WHERE version_id = %(id)s ORDER BY prefix;
