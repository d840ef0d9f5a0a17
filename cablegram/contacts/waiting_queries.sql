-- name: wait_for_imports
-- all accounts: texts of a batch are for several. In order, so that nobody waits in a circle.
SELECT pg_advisory_xact_lock_shared(7415, hashtext(one::text)) FROM unnest(%(accounts)s::uuid[]) AS one ORDER BY one;
