-- Statements that fold messages and texts into what people did.

-- name: hold_place
-- Where reading goes on; whoever else reads at this moment is left to it.
SELECT last_id FROM engagement_read WHERE what = %(what)s FOR UPDATE SKIP LOCKED;

-- name: join
-- all accounts: both contacts were just held as the account's.
INSERT INTO engagement AS known (contact_id, sent_at, delivered_at, replied_at, clicked_at)
SELECT %(kept)s, sent_at, delivered_at, replied_at, clicked_at FROM engagement WHERE contact_id = %(gone)s
ON CONFLICT (contact_id) DO UPDATE SET
    sent_at = greatest(known.sent_at, excluded.sent_at),
    delivered_at = greatest(known.delivered_at, excluded.delivered_at),
    replied_at = greatest(known.replied_at, excluded.replied_at),
    clicked_at = greatest(known.clicked_at, excluded.clicked_at);

-- name: make_places
INSERT INTO engagement_read (what, last_id)
VALUES ('message', '00000000-0000-0000-0000-000000000000'), ('text', '00000000-0000-0000-0000-000000000000')
ON CONFLICT DO NOTHING;

-- name: move_place
UPDATE engagement_read SET last_id = %(last_id)s WHERE what = %(what)s;

-- name: read_messages
-- all accounts: each message has its account's contact.
-- The next messages in the order in which they were made, by the key; those that have not come to their end are noted, to
-- be looked at again. The inner LIMIT leaves the planner one way to a contact, its number.
WITH slice AS MATERIALIZED (
    SELECT id, account_id, dst, state, submitted_at, finished_at FROM message
    WHERE id > %(after)s AND id < %(before)s ORDER BY id LIMIT %(limit)s
), told AS (
    INSERT INTO engagement AS known (contact_id, sent_at, delivered_at)
    SELECT person.id, max(slice.submitted_at), max(slice.finished_at) FILTER (WHERE slice.state = 'delivered')
    FROM slice CROSS JOIN LATERAL (
        SELECT id FROM contact WHERE contact.account_id = slice.account_id AND contact.number = slice.dst LIMIT 1
    ) AS person
    WHERE slice.submitted_at IS NOT NULL
    GROUP BY person.id ORDER BY person.id
    ON CONFLICT (contact_id) DO UPDATE SET
        sent_at = greatest(known.sent_at, excluded.sent_at),
        delivered_at = greatest(known.delivered_at, excluded.delivered_at)
), open AS (
    INSERT INTO engagement_open (message_id, look_at)
    SELECT id, %(look_at)s FROM slice
    WHERE state IN ('scheduled', 'queued', 'submitting', 'submitted', 'unknown')
    ON CONFLICT DO NOTHING
)
SELECT count(*), (SELECT id FROM slice ORDER BY id DESC LIMIT 1) FROM slice;

-- name: look_again
-- all accounts: as above. Of messages that were not at their end: what is known now, and when to look the next time, after
-- as long again as they are old, within a minute and a day.
WITH due AS MATERIALIZED (
    SELECT message_id FROM engagement_open WHERE look_at <= %(now)s ORDER BY look_at LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), slice AS MATERIALIZED (
    SELECT due.message_id, message.* FROM due LEFT JOIN LATERAL (
        SELECT account_id, dst, state, submitted_at, finished_at, accepted_at FROM message
        WHERE message.id = due.message_id LIMIT 1
    ) AS message ON true
), told AS (
    INSERT INTO engagement AS known (contact_id, sent_at, delivered_at)
    SELECT person.id, max(slice.submitted_at), max(slice.finished_at) FILTER (WHERE slice.state = 'delivered')
    FROM slice CROSS JOIN LATERAL (
        SELECT id FROM contact WHERE contact.account_id = slice.account_id AND contact.number = slice.dst LIMIT 1
    ) AS person
    WHERE slice.submitted_at IS NOT NULL
    GROUP BY person.id ORDER BY person.id
    ON CONFLICT (contact_id) DO UPDATE SET
        sent_at = greatest(known.sent_at, excluded.sent_at),
        delivered_at = greatest(known.delivered_at, excluded.delivered_at)
), gone AS (
    DELETE FROM engagement_open USING slice
    WHERE engagement_open.message_id = slice.message_id AND (slice.state IS NULL
        OR slice.state NOT IN ('scheduled', 'queued', 'submitting', 'submitted', 'unknown'))
), later AS (
    UPDATE engagement_open SET look_at = %(now)s::timestamptz
        + least(interval '1 day', greatest(interval '1 minute', %(now)s::timestamptz - slice.accepted_at))
    FROM slice
    WHERE engagement_open.message_id = slice.message_id
        AND slice.state IN ('scheduled', 'queued', 'submitting', 'submitted', 'unknown')
)
SELECT count(*), NULL::uuid FROM slice;

-- name: read_texts
-- all accounts: each text has its account's contact.
WITH slice AS MATERIALIZED (
    SELECT id, account_id, src, received_at FROM inbound_text
    WHERE id > %(after)s AND id < %(before)s ORDER BY id LIMIT %(limit)s
), told AS (
    INSERT INTO engagement AS known (contact_id, replied_at)
    SELECT person.id, max(slice.received_at)
    FROM slice CROSS JOIN LATERAL (
        SELECT id FROM contact WHERE contact.account_id = slice.account_id AND contact.number = slice.src LIMIT 1
    ) AS person
    GROUP BY person.id ORDER BY person.id
    ON CONFLICT (contact_id) DO UPDATE SET replied_at = greatest(known.replied_at, excluded.replied_at)
)
SELECT count(*), (SELECT id FROM slice ORDER BY id DESC LIMIT 1) FROM slice;

-- name: read_clicks
-- all accounts: each link has its account's contact.
WITH taken AS (
    DELETE FROM click_unread WHERE code IN (
        SELECT code FROM click_unread ORDER BY code LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ) RETURNING code
), told AS (
    INSERT INTO engagement AS known (contact_id, clicked_at)
    SELECT person.id, max(link.last_at)
    FROM taken JOIN short_link AS link ON link.code = taken.code CROSS JOIN LATERAL (
        SELECT id FROM contact WHERE contact.account_id = link.account_id AND contact.number = link.number LIMIT 1
    ) AS person
    GROUP BY person.id ORDER BY person.id
    ON CONFLICT (contact_id) DO UPDATE SET clicked_at = greatest(known.clicked_at, excluded.clicked_at)
)
SELECT count(*), NULL::uuid FROM taken;
