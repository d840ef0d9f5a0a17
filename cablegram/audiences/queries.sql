-- Statements of the audiences room. Where "true /* condition */" stands, the store puts what a filter was compiled to
-- (compiling.py): fixed words of ours, with parameters for whatever people wrote.

-- name: people_of_lists
-- The next `limit` people of several lists and of a program, each once, in the order of contacts, and those of them of
-- whom the condition holds and who were there at `until`. Each list gives its next members by its key, so the cost is that
-- of a slice. The first columns say how far that was looked; where nobody is left in it, the row has no contact.
WITH slice AS MATERIALIZED (
    SELECT DISTINCT next.contact_id
    FROM (
        SELECT member.contact_id
        FROM unnest(%(list_ids)s::uuid[]) AS asked (list_id)
        CROSS JOIN LATERAL (
            SELECT contact_id FROM contact_list_member AS member
            WHERE member.list_id = asked.list_id AND member.contact_id > %(after)s
            ORDER BY member.contact_id LIMIT %(limit)s
        ) AS member
        UNION ALL
        SELECT found.contact_id FROM (
            SELECT contact_id FROM subscriber
            WHERE program_id = %(program_id)s AND contact_id > %(after)s AND standing IN ('in', 'paused')
            ORDER BY contact_id LIMIT %(limit)s
        ) AS found
    ) AS next
    ORDER BY next.contact_id LIMIT %(limit)s
)
SELECT seen.n, seen.last, person.id, person.number, person.country, person.variables::text, person.phone_status,
    person.subscription, person.numbered_at IS NOT NULL OR person.created_at > %(until)s - interval '2 minutes'
FROM (SELECT count(*) AS n, (SELECT contact_id FROM slice ORDER BY contact_id DESC LIMIT 1) AS last FROM slice) AS seen
LEFT JOIN (
    SELECT contact.* FROM slice
    CROSS JOIN LATERAL (SELECT * FROM contact WHERE contact.id = slice.contact_id LIMIT 1) AS contact
    WHERE contact.account_id = %(account_id)s AND contact.created_at <= %(until)s AND (true /* condition */)
) AS person ON true
ORDER BY person.id;

-- name: people_of_account
-- The same of an account's next `limit` contacts: whatever the condition, a slice costs what its contacts cost.
WITH slice AS MATERIALIZED (
    SELECT * FROM contact WHERE account_id = %(account_id)s AND id > %(after)s ORDER BY id LIMIT %(limit)s
)
SELECT seen.n, seen.last, person.id, person.number, person.country, person.variables::text, person.phone_status,
    person.subscription, person.numbered_at IS NOT NULL OR person.created_at > %(until)s - interval '2 minutes'
FROM (SELECT count(*) AS n, (SELECT id FROM slice ORDER BY id DESC LIMIT 1) AS last FROM slice) AS seen
LEFT JOIN (
    SELECT contact.* FROM slice AS contact WHERE contact.created_at <= %(until)s AND (true /* condition */)
) AS person ON true
ORDER BY person.id;

-- name: plan_for_all
-- For this transaction: what looks at all contacts may take room and a second processor, and no longer than `patience`.
SELECT set_config('enable_' || way, 'on', true)
FROM unnest(ARRAY['seqscan', 'hashjoin', 'mergejoin', 'bitmapscan', 'sort', 'material']) AS way
UNION ALL SELECT set_config('work_mem', '64MB', true)
UNION ALL SELECT set_config('statement_timeout', %(patience)s, true);

-- name: database_time
SELECT now();

-- name: count_contacts
SELECT count(*) FROM contact WHERE contact.account_id = %(account_id)s AND (true /* condition */);

-- name: count_some
-- One contact in 64, always the same ones, whatever they have in common otherwise.
WITH sample AS MATERIALIZED (
    SELECT * FROM contact WHERE account_id = %(account_id)s AND hashtextextended(number, 64) & 63 = 0
)
SELECT count(*) FROM sample AS contact WHERE (true /* condition */);

-- name: newest
SELECT id, number, country, variables::text, created_at, updated_at, phone_status, subscription, subscription_source,
    subscription_at, tags
FROM contact
WHERE contact.account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR contact.id < %(after)s)
    AND (true /* condition */)
ORDER BY contact.id DESC LIMIT %(limit)s;

-- name: oldest
SELECT id, number, country, variables::text, created_at, updated_at, phone_status, subscription, subscription_source,
    subscription_at, tags
FROM contact
WHERE contact.account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR contact.id > %(after)s)
    AND (true /* condition */)
ORDER BY contact.id LIMIT %(limit)s;

-- name: by_number
SELECT id, number, country, variables::text, created_at, updated_at, phone_status, subscription, subscription_source,
    subscription_at, tags
FROM contact
WHERE contact.account_id = %(account_id)s AND (true /* condition */)
    AND (%(after)s::uuid IS NULL OR contact.number > (SELECT last.number FROM contact AS last WHERE last.id = %(after)s))
ORDER BY contact.number LIMIT %(limit)s;

-- name: ids_after
-- The next contacts of whom the condition holds, for deeds on all of them; see people_of_account.
WITH slice AS MATERIALIZED (
    SELECT * FROM contact WHERE account_id = %(account_id)s AND id > %(after)s ORDER BY id LIMIT %(limit)s
)
SELECT seen.n, seen.last, person.id, person.number
FROM (SELECT count(*) AS n, (SELECT id FROM slice ORDER BY id DESC LIMIT 1) AS last FROM slice) AS seen
LEFT JOIN (SELECT contact.id, contact.number FROM slice AS contact WHERE (true /* condition */)) AS person ON true
ORDER BY person.id;

-- name: insert_segment
INSERT INTO segment (id, account_id, name, description, filter, created_by, created_at, updated_at)
VALUES (%(segment_id)s, %(account_id)s, %(name)s, %(description)s, %(filter)s::jsonb, %(by)s, %(now)s, %(now)s)
ON CONFLICT (account_id, lower(name)) DO NOTHING
RETURNING id;

-- name: get_segments
SELECT id, name, description, filter::text, created_by, created_at, updated_at FROM segment
WHERE account_id = %(account_id)s AND id = ANY (%(segment_ids)s);

-- name: segment_named
SELECT id, name, description, filter::text, created_by, created_at, updated_at FROM segment
WHERE account_id = %(account_id)s AND lower(name) = lower(%(name)s);

-- name: page_of_segments
-- Newest first.
SELECT id, name, description, filter::text, created_by, created_at, updated_at FROM segment
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: hold_segment
SELECT id, name, description, filter::text, created_by, created_at, updated_at FROM segment
WHERE account_id = %(account_id)s AND id = %(segment_id)s FOR UPDATE;

-- name: change_segment
UPDATE segment SET
    name = %(name)s, description = %(description)s, filter = %(filter)s::jsonb, updated_at = %(now)s
WHERE account_id = %(account_id)s AND id = %(segment_id)s;

-- name: delete_segment
DELETE FROM segment WHERE account_id = %(account_id)s AND id = %(segment_id)s;

-- name: segments_to_use
-- In the order of ids, so that two campaigns that take the same ones don't wait for each other in a circle.
SELECT id FROM segment
WHERE account_id = %(account_id)s AND id = ANY (%(segment_ids)s) ORDER BY id FOR SHARE;

-- name: take_segments
INSERT INTO segment_use (segment_id, campaign_id)
SELECT asked.segment_id, %(campaign_id)s FROM unnest(%(segment_ids)s::uuid[]) AS asked (segment_id)
ON CONFLICT DO NOTHING;

-- name: give_segments_back
DELETE FROM segment_use WHERE campaign_id = %(campaign_id)s;

-- name: segment_users
-- Which campaigns need a segment of the account to be there.
SELECT campaign_id FROM segment_use JOIN segment ON segment.id = segment_id
WHERE account_id = %(account_id)s AND segment_id = %(segment_id)s ORDER BY campaign_id;

-- name: things_named
-- What a filter can name, by the names or ids that it gives: (kind, id or word, name).
SELECT 'list', id::text, name FROM contact_list
WHERE account_id = %(account_id)s AND (lower(name) = ANY (%(lists)s::text[]) OR id::text = ANY (%(lists)s::text[]))
UNION ALL
SELECT 'program', id::text, name FROM program
WHERE account_id = %(account_id)s AND (lower(name) = ANY (%(programs)s::text[]) OR id::text = ANY (%(programs)s::text[]))
UNION ALL
SELECT 'campaign', id::text, name FROM campaign
WHERE account_id = %(account_id)s AND (lower(name) = ANY (%(campaigns)s::text[]) OR id = ANY (%(campaign_ids)s::uuid[]))
UNION ALL
SELECT 'tag', name, name FROM contact_tag
WHERE account_id = %(account_id)s AND lower(name) = ANY (%(tags)s::text[]);

-- name: things_known
-- The newest of what a filter can name, to propose them.
SELECT * FROM (
    SELECT 'list', id::text, name FROM contact_list WHERE account_id = %(account_id)s ORDER BY id DESC LIMIT %(limit)s
) AS lists
UNION ALL
SELECT * FROM (
    SELECT 'program', id::text, name FROM program WHERE account_id = %(account_id)s ORDER BY id DESC LIMIT %(limit)s
) AS programs
UNION ALL
SELECT * FROM (
    SELECT 'campaign', id::text, name FROM campaign WHERE account_id = %(account_id)s ORDER BY id DESC LIMIT %(limit)s
) AS campaigns
UNION ALL
SELECT * FROM (
    SELECT 'tag', name, name FROM contact_tag WHERE account_id = %(account_id)s ORDER BY name LIMIT %(limit)s
) AS tags;

-- name: variables_known
-- What people have values of, whether it has become a field or not: columns of files, and what the newest people have.
-- Rows are compared as pairs, which the account's own index alone can serve: else those of all accounts might be walked
-- through, newest first, until 200 of this one are found.
SELECT unnest(variables) AS name FROM contact_list WHERE account_id = %(account_id)s
UNION
SELECT jsonb_object_keys(variables) FROM (
    SELECT variables FROM contact
    WHERE (account_id, id) >= (%(account_id)s, '00000000-0000-0000-0000-000000000000')
        AND (account_id, id) <= (%(account_id)s, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
    ORDER BY account_id DESC, id DESC LIMIT 200
) AS newest
ORDER BY name;
