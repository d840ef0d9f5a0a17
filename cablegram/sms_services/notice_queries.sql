-- Statements about carriers' notices that came by connectors and are still to be done.

-- name: codes_carried
-- all accounts: codes are the operator's; a connector is asked only about those that it carries.
SELECT id, digits FROM short_code
WHERE digits = ANY (%(digits)s::text[])
    AND (%(connector_id)s::uuid = ANY (connector_ids) OR connector_ids = '{}'::uuid[])
ORDER BY %(connector_id)s::uuid = ANY (connector_ids), country DESC;

-- name: leave
INSERT INTO carrier_notice_left (id, short_code_id, kind, number, new_number, said_at)
SELECT * FROM unnest(%(ids)s::uuid[], %(codes)s::uuid[], %(kinds)s::text[], %(numbers)s::bigint[],
    %(new_numbers)s::bigint[], %(said)s::timestamptz[]);

-- name: try_turn
-- all accounts: one does notices at a time, for their order counts.
SELECT pg_try_advisory_xact_lock(7422);

-- name: take_left
-- all accounts: a notice is about a code, whoever's services are on it.
-- Of the code whose notice came first, those that were said first.
DELETE FROM carrier_notice_left WHERE id IN (
    SELECT id FROM carrier_notice_left
    WHERE short_code_id = (SELECT short_code_id FROM carrier_notice_left ORDER BY id LIMIT 1)
    ORDER BY said_at, id LIMIT %(limit)s
) RETURNING id, short_code_id, kind, number, new_number, said_at;

-- name: code
SELECT id, country, digits, connector_ids, note, created_at FROM short_code WHERE id = %(code_id)s;
