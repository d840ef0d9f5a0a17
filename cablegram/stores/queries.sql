-- Statements of the stores room: stores, keywords, codes, paces, credentials.

-- name: insert_store
INSERT INTO store (program_id, account_id, keyword, state, opt_in, phone, time_zone, texts, callback, made_by, made_at,
    user_id)
VALUES (%(store_id)s, %(account_id)s, %(keyword)s, %(state)s, %(opt_in)s, %(phone)s, %(time_zone)s, %(texts)s::jsonb,
    %(callback)s, %(made_by)s, %(now)s, %(user_id)s);

-- name: stores_of
-- Of one store, all of an account's, or those that wait for the operator.
SELECT store.program_id, store.account_id, program.name, keyword, state, opt_in, has_guard, one_off_pace,
    campaign_pace, phone, time_zone, texts, callback, made_by, made_at, decided_by, decided_at, note, user_id
FROM store JOIN program ON program.id = store.program_id
WHERE store.account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR store.program_id < %(after)s)
ORDER BY store.program_id DESC LIMIT %(limit)s;

-- name: waiting_stores
-- all accounts: the operator decides about everybody's.
SELECT store.program_id, store.account_id, program.name, keyword, state, opt_in, has_guard, one_off_pace,
    campaign_pace, phone, time_zone, texts, callback, made_by, made_at, decided_by, decided_at, note, user_id
FROM store JOIN program ON program.id = store.program_id
WHERE state = 'waiting' ORDER BY store.program_id LIMIT %(limit)s;

-- name: get_stores
-- all accounts: whoever asks knows these ids from rows of the account, or compares it.
SELECT store.program_id, store.account_id, program.name, keyword, state, opt_in, has_guard, one_off_pace,
    campaign_pace, phone, time_zone, texts, callback, made_by, made_at, decided_by, decided_at, note, user_id
FROM store JOIN program ON program.id = store.program_id
WHERE store.program_id = ANY (%(ids)s::uuid[]);

-- name: hold_store
SELECT program_id FROM store WHERE program_id = %(store_id)s AND account_id = %(account_id)s FOR NO KEY UPDATE;

-- name: count_stores
SELECT count(*) FROM store WHERE account_id = %(account_id)s;

-- name: change_store
UPDATE store SET phone = %(phone)s, time_zone = %(time_zone)s, texts = %(texts)s::jsonb, callback = %(callback)s,
    opt_in = %(opt_in)s, has_guard = %(has_guard)s, one_off_pace = %(one_off_pace)s, campaign_pace = %(campaign_pace)s,
    user_id = %(user_id)s
WHERE program_id = %(store_id)s AND account_id = %(account_id)s;

-- name: decide
-- What was decided once stays so.
UPDATE store SET state = %(state)s, decided_by = %(by)s, decided_at = %(now)s, note = %(note)s
WHERE program_id = %(store_id)s AND account_id = %(account_id)s AND state = 'waiting'
RETURNING program_id;

-- name: insert_keyword
INSERT INTO store_keyword (keyword, program_id, account_id, kind, in_text, other_text, made_at)
VALUES (%(keyword)s, %(store_id)s, %(account_id)s, %(kind)s, %(in_text)s, %(other_text)s, %(now)s)
ON CONFLICT (keyword) DO NOTHING RETURNING keyword;

-- name: keywords
-- all accounts: a keyword is there once in all the installation, and says whose it is.
SELECT keyword, program_id, account_id, kind, in_text, other_text FROM store_keyword
WHERE keyword = ANY (%(keywords)s::text[]);

-- name: lock_keyword
-- all accounts: stores and SMS services look at each other's; these take the same lock.
SELECT pg_advisory_xact_lock(7420, hashtext(%(keyword)s));

-- name: service_has
-- all accounts: a keyword is there once on a code, whoever has it there.
-- Whether an SMS service has a keyword on a code to which keywords of the account's stores are texted as well.
SELECT EXISTS (
    SELECT FROM sms_service AS service JOIN short_code AS code ON code.id = service.short_code_id
    JOIN sender ON sender.address = code.digits
    WHERE service.keyword = %(keyword)s AND service.status NOT IN ('rejected', 'closed')
        AND sender.account_id = %(account_id)s AND (sender.store_use = 'marketing' OR sender.is_default)
);

-- name: keywords_of
SELECT keyword, program_id, account_id, kind, in_text, other_text FROM store_keyword
WHERE account_id = %(account_id)s AND program_id = %(store_id)s ORDER BY kind = 'primary' DESC, made_at, keyword;

-- name: put_answers
UPDATE store_keyword SET in_text = %(in_text)s, other_text = %(other_text)s
WHERE account_id = %(account_id)s AND program_id = %(store_id)s AND keyword = %(keyword)s AND kind = 'responder'
RETURNING keyword;

-- name: delete_keyword
DELETE FROM store_keyword
WHERE account_id = %(account_id)s AND program_id = %(store_id)s AND keyword = %(keyword)s AND kind <> 'primary'
RETURNING keyword;

-- name: pace
-- all accounts: the caller has the store.
-- The lock keeps two who send for one store from taking the same turn.
INSERT INTO store_pace (program_id, channel, next_at) VALUES (%(store_id)s, %(channel)s, %(now)s)
ON CONFLICT (program_id, channel) DO UPDATE SET next_at = store_pace.next_at
RETURNING next_at;

-- name: put_pace
-- all accounts: the caller has the store and its pace.
UPDATE store_pace SET next_at = %(next_at)s WHERE program_id = %(store_id)s AND channel = %(channel)s;

-- name: insert_credential
INSERT INTO store_credential (id, account_id, program_id, login, password_hash, first_name, last_name, email, made_at)
VALUES (%(id)s, %(account_id)s, %(store_id)s, %(login)s, %(password_hash)s, %(first_name)s, %(last_name)s, %(email)s,
    %(now)s)
ON CONFLICT (lower(login)) DO NOTHING RETURNING id;

-- name: credential
-- all accounts: a login says whose it is.
SELECT id, account_id, program_id, login, password_hash, first_name, last_name, email FROM store_credential
WHERE lower(login) = lower(%(login)s);

-- name: credentials_of
SELECT id, account_id, program_id, login, password_hash, first_name, last_name, email FROM store_credential
WHERE account_id = %(account_id)s ORDER BY id;

-- name: put_password
UPDATE store_credential SET password_hash = %(password_hash)s WHERE account_id = %(account_id)s AND id = %(id)s
RETURNING id;

-- name: delete_credential
DELETE FROM store_credential WHERE account_id = %(account_id)s AND id = %(id)s RETURNING id;
