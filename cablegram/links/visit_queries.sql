-- Visits between the door that took them and their count.

-- name: put_visits
-- all accounts: whose a code is, its link knows.
INSERT INTO link_visit (at, address, code, is_machine)
SELECT * FROM unnest(%(ats)s::timestamptz[], %(addresses)s::text[], %(codes)s::text[], %(machines)s::boolean[]);

-- name: hold_visits
-- Who counts does it alone; another process comes back in a second.
SELECT pg_try_advisory_xact_lock(7423);

-- name: read_visits
-- all accounts: as above. In the order in which they came to the table.
SELECT id, at, address, code, is_machine, is_counted FROM link_visit ORDER BY id LIMIT %(limit)s;

-- name: mark_counted
-- all accounts: as above.
UPDATE link_visit SET is_counted = true WHERE id = ANY (%(ids)s::bigint[]);

-- name: delete_visits
-- all accounts: as above.
DELETE FROM link_visit WHERE id = ANY (%(ids)s::bigint[]);
