-- Statements of the stores room about customers: who they are, with which code each talks, what was written to and by them.

-- name: customers
-- all accounts: each row asks for a store, which is one account's.
SELECT asked.place, one.contact_id, one.program_id, one.number, contact.variables::text, one.standing, one.since,
    sender.address
FROM unnest(%(stores)s::uuid[], %(numbers)s::bigint[]) WITH ORDINALITY AS asked (program_id, number, place)
JOIN subscriber AS one ON one.program_id = asked.program_id AND one.number = asked.number
JOIN contact ON contact.id = one.contact_id
LEFT JOIN store_code AS code ON code.program_id = one.program_id AND code.contact_id = one.contact_id
LEFT JOIN sender ON sender.id = code.sender_id
ORDER BY asked.place;

-- name: has_said_no
-- all accounts: the caller has the store.
SELECT EXISTS (
    SELECT FROM subscriber AS one JOIN evidence ON evidence.id = one.evidence_id
    WHERE one.program_id = %(store_id)s AND one.number = %(number)s AND one.standing = 'out' AND evidence.how = 'text'
);

-- name: page_of_customers
-- In the order of their contacts: whoever comes while somebody reads stands at the end. The page is cut before anything is
-- joined, so that what is skipped costs a walk in an index.
SELECT one.contact_id, one.program_id, one.number, contact.variables::text, one.standing, one.since, sender.address
FROM (
    SELECT contact_id, program_id, number, standing, since FROM subscriber
    WHERE account_id = %(account_id)s AND program_id = %(store_id)s
        AND (%(standings)s::text[] IS NULL OR standing = ANY (%(standings)s::text[]))
        AND (%(after)s::uuid IS NULL OR contact_id > %(after)s)
    ORDER BY contact_id OFFSET %(offset)s LIMIT %(limit)s
) AS one
JOIN contact ON contact.id = one.contact_id
LEFT JOIN store_code AS code ON code.program_id = one.program_id AND code.contact_id = one.contact_id
LEFT JOIN sender ON sender.id = code.sender_id
ORDER BY one.contact_id;

-- name: own_codes
-- Senders of an account that are for stores, the longest there first; the default stands in where there are none.
SELECT id, address, 'mms' = ANY (capabilities), store_use, is_default FROM sender
WHERE account_id = %(account_id)s AND kind <> 'name' AND (store_use IS NOT NULL OR is_default) ORDER BY id;

-- name: set_use
UPDATE sender SET store_use = %(use)s::text
WHERE account_id = %(account_id)s AND address = %(address)s AND kind <> 'name' AND NOT is_shared RETURNING address;

-- name: taken_codes
-- Which codes people have in other stores of the account.
SELECT code.contact_id, code.sender_id FROM store_code AS code JOIN store ON store.program_id = code.program_id
WHERE store.account_id = %(account_id)s AND code.contact_id = ANY (%(contacts)s::uuid[])
    AND code.program_id <> %(store_id)s;

-- name: busy_codes
-- How many customers of the account talk with each code.
SELECT code.sender_id, count(*) FROM store_code AS code JOIN store ON store.program_id = code.program_id
WHERE store.account_id = %(account_id)s GROUP BY code.sender_id;

-- name: put_codes
-- all accounts: the caller has the store and its customers.
-- Whoever has one keeps it for the life of the opt-in.
INSERT INTO store_code (program_id, contact_id, sender_id, since)
SELECT %(store_id)s, new.contact_id, new.sender_id, %(now)s
FROM unnest(%(contacts)s::uuid[], %(senders)s::uuid[]) AS new (contact_id, sender_id)
ON CONFLICT (program_id, contact_id) DO NOTHING;

-- name: codes
-- all accounts: the caller has the store and its customers.
SELECT code.contact_id, sender.id, sender.address, 'mms' = ANY (sender.capabilities)
FROM store_code AS code JOIN sender ON sender.id = code.sender_id
WHERE code.program_id = %(store_id)s AND code.contact_id = ANY (%(contacts)s::uuid[]);

-- name: free_codes
-- all accounts: each row names a store, which is one account's.
DELETE FROM store_code USING unnest(%(stores)s::uuid[], %(contacts)s::uuid[]) AS gone (program_id, contact_id)
WHERE store_code.program_id = gone.program_id AND store_code.contact_id = gone.contact_id;

-- name: keep_text
-- all accounts: the caller has the store and its customer.
INSERT INTO store_kept_text (id, program_id, contact_id, text, media_url, kept_until)
VALUES (%(id)s, %(store_id)s, %(contact_id)s, %(text)s, %(media_url)s, %(kept_until)s);

-- name: count_kept
-- all accounts: the caller has the store and its customer.
SELECT count(*) FROM store_kept_text
WHERE program_id = %(store_id)s AND contact_id = %(contact_id)s AND kept_until > %(now)s;

-- name: take_kept
-- all accounts: each row names a store, which is one account's.
DELETE FROM store_kept_text AS kept USING unnest(%(stores)s::uuid[], %(contacts)s::uuid[]) AS said (program_id, contact_id)
WHERE kept.program_id = said.program_id AND kept.contact_id = said.contact_id
RETURNING kept.id, kept.program_id, kept.contact_id, kept.text, kept.media_url, kept.kept_until;

-- name: forget_kept
-- all accounts: nobody can say YES to these any more.
DELETE FROM store_kept_text WHERE id IN (
    SELECT id FROM store_kept_text WHERE kept_until <= %(now)s LIMIT %(limit)s FOR UPDATE SKIP LOCKED
);

-- name: outbound
-- What was written to customers of a store, oldest first; to one number, or to all.
SELECT message.id, true, accepted_at, body, dst, contact_id, contact.variables::text, state::text, media_url
FROM message LEFT JOIN contact ON contact.id = contact_id
WHERE message.account_id = %(account_id)s AND program_id = %(store_id)s AND state <> 'skipped'
    AND (%(number)s::text IS NULL OR dst = %(number)s) AND message.id >= %(since)s AND message.id < %(until)s
ORDER BY message.id LIMIT %(limit)s;

-- name: inbound
-- What customers of a store wrote, oldest first; one number, or all.
SELECT text.id, false, received_at, body, src, contact_id, contact.variables::text, '', media_urls[1]
FROM inbound_text AS text LEFT JOIN contact ON contact.id = contact_id
WHERE text.account_id = %(account_id)s AND program_id = %(store_id)s
    AND (%(number)s::text IS NULL OR src = %(number)s) AND text.id >= %(since)s AND text.id < %(until)s
ORDER BY text.id LIMIT %(limit)s;

-- name: codes_of_stores
-- all accounts: texts came in to these senders, whosever they are.
-- Those behind which there are stores; all of an account's where it is the default or the marketing code.
SELECT sender.id, sender.account_id, coalesce(sender.store_use, 'marketing') FROM sender
WHERE sender.id = ANY (%(senders)s::uuid[]) AND (sender.store_use IS NOT NULL OR sender.is_default)
    AND EXISTS (SELECT FROM store WHERE store.account_id = sender.account_id AND store.state = 'open');

-- name: talks
-- all accounts: each row asks about a writer towards the sender of one account.
-- With which stores the writer stands anywhere; of a communication code only those that talk by it.
SELECT asked.place, one.program_id, one.standing, one.since, (
    SELECT id FROM message
    WHERE message.program_id = one.program_id AND message.dst = asked.number::text AND message.state <> 'skipped'
    ORDER BY id DESC LIMIT 1
)
FROM unnest(%(accounts)s::uuid[], %(senders)s::uuid[], %(numbers)s::bigint[]) WITH ORDINALITY
    AS asked (account_id, sender_id, number, place)
JOIN subscriber AS one ON one.account_id = asked.account_id AND one.number = asked.number
JOIN store ON store.program_id = one.program_id AND store.state = 'open'
LEFT JOIN store_code AS code ON code.program_id = one.program_id AND code.contact_id = one.contact_id
WHERE code.sender_id = asked.sender_id
    OR (SELECT coalesce(store_use, 'marketing') FROM sender WHERE sender.id = asked.sender_id) = 'marketing'
ORDER BY asked.place, one.program_id;
