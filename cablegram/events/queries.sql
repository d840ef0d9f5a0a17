-- name: insert_events
-- all accounts: each row carries the account of its event.
-- Where nobody outside listens to the account, webhooks have nothing to do: it counts as taken.
INSERT INTO event (id, at, account_id, kind, subject, data, webhooks_at)
SELECT new.*, CASE WHEN EXISTS (SELECT FROM listened WHERE listened.account_id = new.account_id) THEN NULL ELSE new.at END
FROM unnest(%(ids)s::uuid[], %(ats)s::timestamptz[], %(accounts)s::uuid[], %(kinds)s::text[], %(subjects)s::uuid[],
    %(data)s::jsonb[]) AS new (id, at, account_id, kind, subject, data);

-- name: events_of_subject
-- The story of one campaign, connector or list, oldest first.
SELECT at, kind, data FROM event
WHERE subject = %(subject)s AND account_id IS NOT DISTINCT FROM %(account_id)s::uuid
ORDER BY id LIMIT %(limit)s;

-- name: page_of_subjects
-- What happened to some things of an account, newest first.
SELECT id, at, kind, subject, data FROM event
WHERE account_id = %(account_id)s AND subject = ANY (%(subjects)s::uuid[])
    AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: forget_subjects
DELETE FROM event WHERE account_id = %(account_id)s AND subject = ANY (%(subjects)s::uuid[]);

-- name: forget_numbers
-- No index leads to them: this reads all that happened to an account, for a person who asked to be forgotten.
UPDATE event SET data = data - ARRAY['number', 'was', 'contact_id', 'note', 'source', 'variables']
WHERE account_id = %(account_id)s AND data ->> 'number' = ANY (%(numbers)s::text[]);

-- name: forget_clicks
-- As above: clicks of several people stand in one event, and only theirs go.
UPDATE event SET data = jsonb_set(data, '{clicks}', (
    SELECT coalesce(jsonb_agg(one), '[]') FROM jsonb_array_elements(data -> 'clicks') AS one
    WHERE one ->> 'to' <> ALL (%(shown)s::text[])
))
WHERE account_id = %(account_id)s AND kind = 'links.clicked' AND EXISTS (
    SELECT FROM jsonb_array_elements(data -> 'clicks') AS one WHERE one ->> 'to' = ANY (%(shown)s::text[])
);
