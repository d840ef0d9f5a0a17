-- name: insert_events
-- all accounts: each row carries the account of its event.
INSERT INTO event (id, at, account_id, kind, subject, data)
SELECT * FROM unnest(%(ids)s::uuid[], %(ats)s::timestamptz[], %(accounts)s::uuid[], %(kinds)s::text[], %(subjects)s::uuid[], %(data)s::jsonb[]);

-- name: events_of_subject
-- The story of one campaign, connector or list, oldest first.
SELECT at, kind, data FROM event
WHERE subject = %(subject)s AND account_id IS NOT DISTINCT FROM %(account_id)s::uuid
ORDER BY id LIMIT %(limit)s;
