-- Statements of the programs room.

-- name: insert_program
INSERT INTO program (id, account_id, kind, name, sends, created_at)
VALUES (%(program_id)s, %(account_id)s, %(kind)s, %(name)s, %(sends)s, %(now)s);

-- name: rename_program
UPDATE program SET name = %(name)s WHERE account_id = %(account_id)s AND id = %(program_id)s;

-- name: set_sending
UPDATE program SET address = %(address)s, sends = %(sends)s WHERE account_id = %(account_id)s AND id = %(program_id)s;

-- name: sending_of
-- all accounts: a batch may mix them; whose each program is, is compared.
SELECT id, account_id, address, sends FROM program WHERE id = ANY (%(ids)s::uuid[]);

-- name: get_programs
SELECT id, account_id, kind, name, created_at FROM program
WHERE account_id = %(account_id)s AND id = ANY (%(ids)s::uuid[]);

-- name: programs_of
SELECT id, account_id, kind, name, created_at FROM program WHERE account_id = %(account_id)s ORDER BY id;

-- name: standings
-- all accounts: a batch may mix them; each row asks for a program, which is one account's.
-- By place in the batch; the inner LIMIT leaves the planner one way, the key.
SELECT asked.place, found.standing
FROM unnest(%(programs)s::uuid[], %(numbers)s::bigint[]) WITH ORDINALITY AS asked (program_id, number, place)
CROSS JOIN LATERAL (
    SELECT standing FROM subscriber
    WHERE subscriber.program_id = asked.program_id AND subscriber.number = asked.number LIMIT 1
) AS found;

-- name: hold
-- all accounts: each row asks for a program, which is one account's.
-- In the order of the key, so that nobody waits in a circle.
SELECT one.program_id, one.contact_id, one.number, one.standing, one.since, one.joined_at, one.evidence_id
FROM unnest(%(programs)s::uuid[], %(numbers)s::bigint[]) AS asked (program_id, number)
JOIN subscriber AS one ON one.program_id = asked.program_id AND one.number = asked.number
ORDER BY one.program_id, one.number FOR UPDATE OF one;

-- name: clear_stale
-- all accounts: each row names its own.
-- A contact has one row in a program, and a number has one. Where a contact's number was edited, or a number is another
-- contact's now, what stood there is over.
DELETE FROM subscriber USING unnest(%(accounts)s::uuid[], %(programs)s::uuid[], %(contacts)s::uuid[],
    %(numbers)s::bigint[]) AS new (account_id, program_id, contact_id, number)
WHERE subscriber.program_id = new.program_id AND subscriber.account_id = new.account_id
    AND ((subscriber.contact_id = new.contact_id) <> (subscriber.number = new.number));

-- name: put
-- all accounts: each row names its own.
INSERT INTO subscriber (account_id, program_id, contact_id, number, standing, since, joined_at, evidence_id)
SELECT * FROM unnest(%(accounts)s::uuid[], %(programs)s::uuid[], %(contacts)s::uuid[], %(numbers)s::bigint[],
    %(standings)s::text[], %(sinces)s::timestamptz[], %(joined)s::timestamptz[], %(evidence)s::uuid[])
    AS new (account_id, program_id, contact_id, number)
ORDER BY new.program_id, new.number
ON CONFLICT (program_id, number) DO UPDATE SET standing = excluded.standing, since = excluded.since,
    joined_at = excluded.joined_at, evidence_id = excluded.evidence_id;

-- name: delete
-- all accounts: each row asks for a program, which is one account's.
DELETE FROM subscriber USING unnest(%(programs)s::uuid[], %(numbers)s::bigint[]) AS gone (program_id, number)
WHERE subscriber.program_id = gone.program_id AND subscriber.number = gone.number;

-- name: people_after
-- The next people of a program, in the order of their contacts.
SELECT program_id, contact_id, number, standing, since, joined_at, evidence_id FROM subscriber
WHERE account_id = %(account_id)s AND program_id = %(program_id)s AND contact_id > %(after)s
    AND standing = ANY (%(standings)s::text[])
ORDER BY contact_id LIMIT %(limit)s;

-- name: count
SELECT program_id, standing, count(*) FROM subscriber
WHERE account_id = %(account_id)s AND program_id = ANY (%(ids)s::uuid[]) GROUP BY program_id, standing;

-- name: memberships
-- all accounts: each pair names its own.
SELECT one.account_id, one.program_id, one.contact_id, one.number, one.standing, one.since, one.joined_at,
    one.evidence_id
FROM unnest(%(accounts)s::uuid[], %(numbers)s::bigint[]) AS asked (account_id, number)
JOIN subscriber AS one ON one.account_id = asked.account_id AND one.number = asked.number
ORDER BY one.program_id;
