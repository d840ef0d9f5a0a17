-- Statements about providers that sell numbers. Private to the room.

-- name: operators_connectors
-- all accounts: the operator's own connectors, through which anybody's numbers are bought.
SELECT id FROM connector WHERE account_id IS NULL AND is_enabled ORDER BY id;

-- name: breakers
SELECT connector_id, is_closed, failures, wait, since, until FROM number_shop WHERE connector_id = ANY (%(ids)s);

-- name: put_breaker
-- all accounts: a connector's own. Where it is gone meanwhile, nothing is kept.
INSERT INTO number_shop (connector_id, is_closed, failures, wait, since, until)
SELECT id, %(is_closed)s, %(failures)s, %(wait)s, %(since)s, %(until)s FROM connector WHERE id = %(connector_id)s
ON CONFLICT (connector_id) DO UPDATE SET is_closed = excluded.is_closed, failures = excluded.failures,
    wait = excluded.wait, since = excluded.since, until = excluded.until;
