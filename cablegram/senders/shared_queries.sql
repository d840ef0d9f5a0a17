-- Statements about codes that several accounts share. Private to the room.

-- name: lend
-- A second service of the account on the code finds what the first one made; one that the account has for itself stays so.
WITH lent AS (
    INSERT INTO sender (id, account_id, address, kind, country, capabilities, is_default, is_shared, created_at)
    VALUES (%(sender_id)s, %(account_id)s, %(address)s, 'short_code', %(country)s, '{sms}', false, true, %(now)s)
    ON CONFLICT (account_id, lower(address)) DO UPDATE SET country = excluded.country WHERE sender.is_shared
    RETURNING id
), gone AS (
    DELETE FROM sender_connector USING lent
    WHERE sender_id = lent.id AND connector_id <> ALL (%(connector_ids)s::uuid[])
), carried AS (
    INSERT INTO sender_connector (sender_id, connector_id)
    SELECT lent.id, connector_id FROM lent CROSS JOIN unnest(%(connector_ids)s::uuid[]) AS connector_id
    ON CONFLICT DO NOTHING
)
SELECT id FROM lent;
