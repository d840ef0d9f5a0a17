-- Statements about reminders of subscriptions and notices of carriers.

-- name: put_reminders
-- all accounts: each row names its own.
INSERT INTO service_reminder (account_id, program_id, number, joined_at, due_at, look_at)
SELECT account_id, program_id, number, joined_at, due_at, due_at
FROM unnest(%(accounts)s::uuid[], %(programs)s::uuid[], %(numbers)s::bigint[], %(joined)s::timestamptz[],
    %(due)s::timestamptz[]) AS new (account_id, program_id, number, joined_at, due_at)
ON CONFLICT (program_id, number) DO UPDATE
    SET joined_at = excluded.joined_at, due_at = excluded.due_at, look_at = excluded.look_at;

-- name: drop_reminders
-- all accounts: each row names a program, which is one account's.
DELETE FROM service_reminder USING unnest(%(programs)s::uuid[], %(numbers)s::bigint[]) AS gone (program_id, number)
WHERE service_reminder.program_id = gone.program_id AND service_reminder.number = gone.number;

-- name: accounts_to_remind
-- all accounts: reminders are due for everybody's subscribers.
SELECT DISTINCT account_id FROM (
    SELECT account_id FROM service_reminder WHERE look_at <= %(now)s ORDER BY look_at LIMIT %(limit)s
) AS due;

-- name: hold_due_reminders
-- all accounts: see accounts_to_remind; only of accounts whose balances the caller holds.
SELECT reminder.program_id, reminder.number, reminder.joined_at, one.contact_id, one.standing
FROM service_reminder AS reminder LEFT JOIN subscriber AS one
    ON one.program_id = reminder.program_id AND one.number = reminder.number
WHERE reminder.look_at <= %(now)s AND reminder.account_id = ANY (%(accounts)s::uuid[])
ORDER BY reminder.look_at LIMIT %(limit)s FOR UPDATE OF reminder SKIP LOCKED;

-- name: put_off_reminders
-- all accounts: rows that this transaction holds.
UPDATE service_reminder SET due_at = coalesce(later.due_at, service_reminder.due_at), look_at = later.look_at
FROM unnest(%(programs)s::uuid[], %(numbers)s::bigint[], %(due)s::timestamptz[], %(look)s::timestamptz[])
    AS later (program_id, number, due_at, look_at)
WHERE service_reminder.program_id = later.program_id AND service_reminder.number = later.number;

-- name: memberships_on
-- all accounts: a carrier speaks of a line, whoever's services it is subscribed to on a code.
-- Each with the moment of the person's last word there: of a member's, when they said yes.
SELECT one.account_id, one.program_id, one.contact_id, one.number,
    CASE WHEN one.standing IN ('in', 'paused') THEN coalesce(one.joined_at, one.since) ELSE one.since END
FROM subscriber AS one JOIN sms_service AS service ON service.id = one.program_id
WHERE service.short_code_id = %(code_id)s AND one.number = ANY (%(numbers)s::bigint[])
    AND service.status NOT IN ('rejected')
ORDER BY one.account_id, one.program_id;

-- name: code_by_digits
SELECT id, country, digits, connector_ids, note, created_at FROM short_code
WHERE digits = %(digits)s AND (%(country)s::text IS NULL OR country = %(country)s) ORDER BY country LIMIT 1;

-- name: insert_notices
INSERT INTO carrier_notice (id, short_code_id, kind, number, new_number, how, said_at, taken_at, services)
SELECT id, %(code_id)s, kind, number, new_number, %(how)s, said_at, %(now)s, 0
FROM unnest(%(ids)s::uuid[], %(kinds)s::text[], %(numbers)s::bigint[], %(new_numbers)s::bigint[], %(said)s::timestamptz[])
    AS new (id, kind, number, new_number, said_at)
ON CONFLICT (short_code_id, number, kind, said_at) DO NOTHING RETURNING id;

-- name: count_notices
UPDATE carrier_notice SET services = done.services
FROM unnest(%(ids)s::uuid[], %(services)s::integer[]) AS done (id, services) WHERE carrier_notice.id = done.id;

-- name: notices_of
-- Of the people of a service: what their carriers said. A change of numbers is shown to whose subscriber it moved, and to
-- nobody else: the other number is of a stranger.
SELECT DISTINCT ON (notice.id) notice.id, notice.kind, notice.number, notice.new_number, notice.how, notice.said_at,
    notice.taken_at, notice.services
FROM sms_service AS service
JOIN carrier_notice AS notice ON notice.short_code_id = service.short_code_id
JOIN subscriber AS one ON one.program_id = service.id
    AND one.number = CASE WHEN notice.kind = 'changed' THEN notice.new_number ELSE notice.number END
WHERE service.id = %(program_id)s AND service.account_id = %(account_id)s
    AND (%(after)s::uuid IS NULL OR notice.id < %(after)s)
    AND (notice.kind <> 'changed' OR EXISTS (
        SELECT FROM evidence WHERE evidence.account_id = service.account_id AND evidence.number = notice.new_number::text
            AND evidence.scope = service.id::text AND evidence.kind = 'changed' AND evidence.recorded_at = notice.taken_at
    ))
ORDER BY notice.id DESC LIMIT %(limit)s;


-- name: move_reminders
-- all accounts: each row names a program, which is one account's.
-- Of two of one person the one of the older subscription stays.
WITH gone AS (
    DELETE FROM service_reminder USING unnest(%(programs)s::uuid[], %(numbers)s::bigint[], %(new_numbers)s::bigint[])
        AS moved (program_id, number, new_number)
    WHERE service_reminder.program_id = moved.program_id AND service_reminder.number = moved.number
    RETURNING service_reminder.*, moved.new_number
)
INSERT INTO service_reminder AS known (account_id, program_id, number, joined_at, due_at, look_at)
SELECT account_id, program_id, new_number, joined_at, due_at, look_at FROM gone
ON CONFLICT (program_id, number) DO UPDATE
    SET joined_at = excluded.joined_at, due_at = excluded.due_at, look_at = excluded.look_at
    WHERE excluded.joined_at < known.joined_at;
