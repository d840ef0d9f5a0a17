-- Statements of the alerts room.

-- name: names_of_accounts
-- all accounts: those of a batch of events.
SELECT id, name FROM account WHERE id = ANY (%(accounts)s);

-- name: people
-- all accounts: those of a batch of events.
SELECT account_id, app_user.id, role, email, email_confirmed_at IS NOT NULL, language, time_zone
FROM membership JOIN app_user ON app_user.id = user_id
WHERE account_id = ANY (%(accounts)s) ORDER BY account_id, app_user.id;

-- name: users
SELECT id, '', email, email_confirmed_at IS NOT NULL, language, time_zone FROM app_user WHERE id = ANY (%(users)s);

-- name: operators
SELECT id, '', email, email_confirmed_at IS NOT NULL, language, time_zone FROM app_user WHERE is_operator ORDER BY id;

-- name: choices
-- all accounts: those of a batch of events.
SELECT account_id, user_id, kind, pace FROM notice_choice WHERE account_id = ANY (%(accounts)s);

-- name: inboxes
-- all accounts: those of a batch of events. Only addresses that agreed.
SELECT account_id, inbound_address, inbound_language FROM account_notice
WHERE account_id = ANY (%(accounts)s) AND inbound_address IS NOT NULL AND inbound_confirmed_at IS NOT NULL;

-- name: programs
-- all accounts: the events that name them are the accounts' own.
SELECT id, name FROM program WHERE id = ANY (%(ids)s);

-- name: jobs
-- all accounts: the events that name them are the accounts' own.
SELECT id, user_id, is_told, coalesce(ended_at, created_at) - created_at FROM job WHERE id = ANY (%(ids)s);

-- name: texts
-- all accounts: of those that want them.
SELECT id, src, dst, body FROM inbound_text WHERE id = ANY (%(ids)s) AND account_id = ANY (%(accounts)s);

-- name: fold
-- all accounts: each row names its own.
-- After a letter the next of its kind waits for a while and tells all that happened since.
INSERT INTO notice (account_id, reader_id, kind, count, items, due_at)
SELECT account_id, reader_id, kind, count, items, due_at
FROM unnest(%(accounts)s::uuid[], %(readers)s::uuid[], %(kinds)s::text[], %(counts)s::bigint[], %(items)s::jsonb[],
    %(dues)s::timestamptz[]) AS new (account_id, reader_id, kind, count, items, due_at)
ON CONFLICT (account_id, reader_id, kind) DO UPDATE SET
    count = notice.count + excluded.count,
    items = CASE WHEN jsonb_array_length(notice.items) >= %(most)s THEN notice.items ELSE notice.items || excluded.items END,
    due_at = coalesce(notice.due_at, excluded.due_at);

-- name: quiet
-- all accounts: those of a batch of events.
UPDATE notice SET due_at = greatest(notice.due_at, notice.told_at + new.quiet)
FROM unnest(%(accounts)s::uuid[], %(readers)s::uuid[], %(kinds)s::text[], %(quiets)s::interval[])
    AS new (account_id, reader_id, kind, quiet)
WHERE notice.account_id = new.account_id AND notice.reader_id = new.reader_id AND notice.kind = new.kind
    AND notice.told_at + new.quiet > notice.due_at;

-- name: due
-- all accounts: whoever tells does it for all.
-- All that waits for the readers whose turn it is and is due.
WITH turn AS (
    SELECT DISTINCT account_id, reader_id FROM (
        SELECT account_id, reader_id FROM notice WHERE due_at <= %(now)s ORDER BY due_at LIMIT %(limit)s
    ) AS first
)
SELECT account_id, reader_id, kind, count, items, due_at FROM notice JOIN turn USING (account_id, reader_id)
WHERE due_at <= %(now)s ORDER BY account_id, reader_id, kind FOR UPDATE OF notice SKIP LOCKED;

-- name: told
-- all accounts: what this transaction holds.
UPDATE notice SET count = 0, items = '[]', due_at = NULL, told_at = %(now)s
FROM unnest(%(accounts)s::uuid[], %(readers)s::uuid[], %(kinds)s::text[]) AS gone (account_id, reader_id, kind)
WHERE notice.account_id = gone.account_id AND notice.reader_id = gone.reader_id AND notice.kind = gone.kind;

-- name: postpone
-- all accounts: what this transaction holds.
UPDATE notice SET due_at = %(until)s
FROM unnest(%(accounts)s::uuid[], %(readers)s::uuid[], %(kinds)s::text[]) AS late (account_id, reader_id, kind)
WHERE notice.account_id = late.account_id AND notice.reader_id = late.reader_id AND notice.kind = late.kind;

-- name: forget
-- all accounts: what was told, and long enough ago that nothing waits for it.
DELETE FROM notice WHERE due_at IS NULL AND told_at < %(before)s;

-- name: crossed
-- all accounts: balances are looked at for all. Whoever never had credit is not told that there is none.
SELECT balance.account_id, balance.amount, credit_below, coalesce(account_notice.balance, 'fine')
FROM balance LEFT JOIN account_notice USING (account_id)
WHERE balance.last_seq > 0
    AND (balance.amount <= 0 OR balance.amount < credit_below OR account_notice.balance <> 'fine')
ORDER BY balance.account_id;

-- name: move_balance
-- Of two who look at once one moves it.
INSERT INTO account_notice (account_id, balance) VALUES (%(account_id)s, %(level)s)
ON CONFLICT (account_id) DO UPDATE SET balance = excluded.balance WHERE account_notice.balance = %(was)s
RETURNING account_id;

-- name: hold_standing
-- Until the transaction ends nobody else changes it.
INSERT INTO account_notice (account_id) VALUES (%(account_id)s)
ON CONFLICT (account_id) DO UPDATE SET account_id = excluded.account_id
RETURNING credit_below, inbound_address, inbound_confirmed_at IS NOT NULL, inbound_asked_at;

-- name: standing
SELECT credit_below, inbound_address, inbound_confirmed_at IS NOT NULL, inbound_asked_at FROM account_notice
WHERE account_id = %(account_id)s;

-- name: set_threshold
INSERT INTO account_notice (account_id, credit_below) VALUES (%(account_id)s, %(below)s)
ON CONFLICT (account_id) DO UPDATE SET credit_below = excluded.credit_below;

-- name: set_inbox
-- When it was asked last stays known: so nobody can have letters sent to one address after the other.
INSERT INTO account_notice (account_id, inbound_address, inbound_language, inbound_token, inbound_asked_at, inbound_confirmed_at)
VALUES (%(account_id)s, %(address)s, %(language)s, %(token)s, %(asked_at)s, %(confirmed_at)s)
ON CONFLICT (account_id) DO UPDATE SET inbound_address = excluded.inbound_address,
    inbound_language = excluded.inbound_language, inbound_token = excluded.inbound_token,
    inbound_asked_at = coalesce(excluded.inbound_asked_at, account_notice.inbound_asked_at),
    inbound_confirmed_at = excluded.inbound_confirmed_at;

-- name: confirm_inbox
-- all accounts: the token says which.
UPDATE account_notice SET inbound_confirmed_at = %(now)s, inbound_token = NULL
WHERE inbound_token = %(token)s AND inbound_confirmed_at IS NULL AND inbound_asked_at > %(since)s
RETURNING account_id, inbound_address;

-- name: is_own_address
-- Whether a person of the account has confirmed this address.
SELECT EXISTS (
    SELECT FROM membership JOIN app_user ON app_user.id = user_id
    WHERE account_id = %(account_id)s AND lower(email) = lower(%(address)s) AND email_confirmed_at IS NOT NULL
);

-- name: choices_of
SELECT kind, pace FROM notice_choice WHERE account_id = %(account_id)s AND user_id = %(user_id)s;

-- name: role_of
SELECT role FROM membership WHERE account_id = %(account_id)s AND user_id = %(user_id)s;

-- name: choose
INSERT INTO notice_choice (account_id, user_id, kind, pace)
SELECT %(account_id)s, %(user_id)s, kind, pace FROM unnest(%(kinds)s::text[], %(paces)s::text[]) AS new (kind, pace)
ON CONFLICT (account_id, user_id, kind) DO UPDATE SET pace = excluded.pace;

-- name: forget_numbers
-- Numbers stand there with a plus or without. Rows are locked in the order in which `fold` has them.
WITH held AS MATERIALIZED (
    SELECT reader_id, kind FROM notice WHERE account_id = %(account_id)s AND EXISTS (
        SELECT FROM jsonb_array_elements(items) AS one WHERE ltrim(one ->> 'number', '+') = ANY (%(numbers)s::text[])
    )
    ORDER BY reader_id, kind COLLATE "C" FOR UPDATE
)
UPDATE notice SET items = (
    SELECT coalesce(jsonb_agg(one), '[]') FROM jsonb_array_elements(notice.items) AS one
    WHERE coalesce(ltrim(one ->> 'number', '+'), '') <> ALL (%(numbers)s::text[])
)
FROM held WHERE notice.account_id = %(account_id)s AND notice.reader_id = held.reader_id AND notice.kind = held.kind;
