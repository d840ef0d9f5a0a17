-- Statements of the SMS services: first of short codes, then of services and their people.

-- name: insert_code
INSERT INTO short_code (id, country, digits, connector_ids, note, created_at)
VALUES (%(code_id)s, %(country)s, %(digits)s, %(connector_ids)s::uuid[], %(note)s, %(now)s)
ON CONFLICT (digits, country) DO NOTHING RETURNING id;

-- name: codes
-- all accounts: the operator sees how many services of anybody are on a code.
-- With how many services live on each.
SELECT id, country, digits, connector_ids, note, created_at, (
    SELECT count(*) FROM sms_service WHERE short_code_id = short_code.id AND status NOT IN ('rejected', 'closed')
) FROM short_code ORDER BY country, digits;

-- name: hold_code
SELECT id, country, digits, connector_ids, note, created_at FROM short_code WHERE id = %(code_id)s FOR UPDATE;

-- name: delete_code
DELETE FROM short_code WHERE id = %(code_id)s;

-- name: code_is_used
-- all accounts: a code is the operator's, and its services are of several.
SELECT EXISTS (SELECT FROM sms_service WHERE short_code_id = %(code_id)s);

-- name: codes_for
-- all accounts: a keyword is there once on a code, whoever's service has it.
-- Codes of a country on which a keyword is free, the oldest first.
SELECT id, country, digits, connector_ids, note, created_at FROM short_code
WHERE country = %(country)s AND (%(digits)s::text IS NULL OR digits = %(digits)s) AND NOT EXISTS (
    SELECT FROM sms_service
    WHERE short_code_id = short_code.id AND keyword = %(keyword)s AND status NOT IN ('rejected', 'closed')
) AND NOT EXISTS ( -- of a store whose keywords are texted to the same code
    SELECT FROM store_keyword JOIN sender ON sender.account_id = store_keyword.account_id
    WHERE store_keyword.keyword = %(keyword)s AND sender.address = short_code.digits
        AND (sender.store_use = 'marketing' OR sender.is_default)
) ORDER BY created_at, id;

-- name: code_countries
SELECT DISTINCT country FROM short_code ORDER BY country;

-- name: insert_service
INSERT INTO sms_service (id, account_id, short_code_id, keyword, status, form, requested_by, requested_at)
VALUES (%(service_id)s, %(account_id)s, %(code_id)s, %(keyword)s, 'requested', %(form)s::jsonb, %(by)s, %(now)s)
ON CONFLICT DO NOTHING RETURNING id;

-- name: get_service
SELECT service.id, service.account_id, code.id, code.country, code.digits, code.connector_ids, code.note, code.created_at,
    service.sender_id, service.keyword, service.status, service.form::text, service.texts::text, service.reason,
    service.requested_by, service.requested_at, service.decided_by, service.decided_at
FROM sms_service AS service JOIN short_code AS code ON code.id = service.short_code_id
WHERE service.id = %(service_id)s AND service.account_id = %(account_id)s;

-- name: hold_service
-- all accounts: the operator decides about everybody's; an owner's deeds compare the account.
SELECT service.id, service.account_id, code.id, code.country, code.digits, code.connector_ids, code.note, code.created_at,
    service.sender_id, service.keyword, service.status, service.form::text, service.texts::text, service.reason,
    service.requested_by, service.requested_at, service.decided_by, service.decided_at
FROM sms_service AS service JOIN short_code AS code ON code.id = service.short_code_id
WHERE service.id = %(service_id)s FOR UPDATE OF service;

-- name: page_of_services
-- Newest first.
SELECT service.id, service.account_id, code.id, code.country, code.digits, code.connector_ids, code.note, code.created_at,
    service.sender_id, service.keyword, service.status, service.form::text, service.texts::text, service.reason,
    service.requested_by, service.requested_at, service.decided_by, service.decided_at
FROM sms_service AS service JOIN short_code AS code ON code.id = service.short_code_id
WHERE service.account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR service.id < %(after)s)
    AND (%(status)s::text IS NULL OR service.status = %(status)s)
ORDER BY service.id DESC LIMIT %(limit)s;

-- name: requested
-- all accounts: what waits for the operator, oldest first.
SELECT service.id, service.account_id, code.id, code.country, code.digits, code.connector_ids, code.note, code.created_at,
    service.sender_id, service.keyword, service.status, service.form::text, service.texts::text, service.reason,
    service.requested_by, service.requested_at, service.decided_by, service.decided_at
FROM sms_service AS service JOIN short_code AS code ON code.id = service.short_code_id
WHERE service.status = 'requested' ORDER BY service.id LIMIT %(limit)s;

-- name: public_service
-- all accounts: its page is for everybody who has the address.
SELECT service.id, service.account_id, code.id, code.country, code.digits, code.connector_ids, code.note, code.created_at,
    service.sender_id, service.keyword, service.status, service.form::text, service.texts::text, service.reason,
    service.requested_by, service.requested_at, service.decided_by, service.decided_at
FROM sms_service AS service JOIN short_code AS code ON code.id = service.short_code_id
WHERE service.id = %(service_id)s AND service.status = 'approved';

-- name: put_service
UPDATE sms_service SET form = %(form)s::jsonb, texts = %(texts)s::jsonb, status = %(status)s, reason = %(reason)s,
    sender_id = %(sender_id)s, decided_by = %(decided_by)s, decided_at = %(decided_at)s
WHERE id = %(service_id)s AND account_id = %(account_id)s;

-- name: services_on
-- all accounts: a shared code belongs to none; the keyword says whose service a text is for.
SELECT code.digits, code.connector_ids, code.country, service.id, service.account_id, service.sender_id, service.keyword,
    service.status, service.form::text, service.texts::text
FROM short_code AS code LEFT JOIN sms_service AS service ON service.short_code_id = code.id
    AND service.status IN ('approved', 'suspended')
WHERE code.digits = ANY (%(digits)s::text[])
ORDER BY code.digits, code.country, service.id;

-- name: several_services
-- all accounts: what a batch of texts or reminders is about.
SELECT service.id, service.account_id, code.id, code.country, code.digits, code.connector_ids, code.note, code.created_at,
    service.sender_id, service.keyword, service.status, service.form::text, service.texts::text, service.reason,
    service.requested_by, service.requested_at, service.decided_by, service.decided_at
FROM sms_service AS service JOIN short_code AS code ON code.id = service.short_code_id
WHERE service.id = ANY (%(ids)s::uuid[]);

-- name: last_sent
-- all accounts: see services_on. The last message of each program to a number.
SELECT asked.program_id, asked.number, last.id
FROM unnest(%(programs)s::uuid[], %(numbers)s::text[]) AS asked (program_id, number)
CROSS JOIN LATERAL (
    SELECT id FROM message
    WHERE message.program_id = asked.program_id AND message.dst = asked.number AND message.state <> 'skipped'
    ORDER BY id DESC LIMIT 1
) AS last;

-- name: monthly_counts
-- How many people got how many messages of a service since a moment (the id of it), the help and confirmations left out.
SELECT got.n, count(*) FROM (
    SELECT count(*) AS n FROM message
    WHERE program_id = %(program_id)s AND account_id = %(account_id)s AND id >= %(since)s AND state <> 'skipped'
        AND state <> 'cancelled' AND (coalesce(seen, 0) >> 10 & 3) = 0
    GROUP BY dst
) AS got GROUP BY got.n ORDER BY got.n;

-- name: at_frequency
-- How many subscribers got so many messages of a service since a moment (the id of it) or more, and the most that one of
-- them got; the help and confirmations left out.
SELECT count(*), coalesce(max(got.n), 0) FROM (
    SELECT dst, count(*) AS n FROM message
    WHERE program_id = %(program_id)s AND account_id = %(account_id)s AND id >= %(since)s AND state <> 'skipped'
        AND state <> 'cancelled' AND (coalesce(seen, 0) >> 10 & 3) = 0
    GROUP BY dst HAVING count(*) >= %(frequency)s
) AS got JOIN subscriber AS one ON one.account_id = %(account_id)s AND one.program_id = %(program_id)s
    AND one.number = got.dst::bigint AND one.standing = 'in';

-- name: page_of_subscribers
-- Newest contacts first.
SELECT contact_id, number, standing, since, joined_at, evidence_id FROM subscriber
WHERE account_id = %(account_id)s AND program_id = %(program_id)s AND (%(after)s::uuid IS NULL OR contact_id < %(after)s)
    AND standing = ANY (%(standings)s::text[]) AND (%(number)s::bigint IS NULL OR number = %(number)s)
ORDER BY contact_id DESC LIMIT %(limit)s;

-- name: lock_keyword
-- all accounts: stores and services look at each other's; stores take the same lock.
SELECT pg_advisory_xact_lock(7420, hashtext(%(keyword)s));

-- name: lock_attempts
SELECT pg_advisory_xact_lock(7419, hashtext(%(source)s));

-- name: note_attempt
INSERT INTO join_attempt (source, at) VALUES (%(source)s, %(now)s);

-- name: attempts_since
SELECT count(*) FROM join_attempt WHERE source = %(source)s AND at > %(since)s;

-- name: forget_attempts
DELETE FROM join_attempt WHERE at < %(before)s;
