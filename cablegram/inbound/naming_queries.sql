-- Statements about the names of those who write. Private to the room.

-- name: want
-- all accounts: each row names its own.
-- One that is wanted by now, or was told lately, stays as it is.
INSERT INTO caller_name (account_id, number, wanted_at)
SELECT account_id, number, %(now)s::timestamptz
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[]) AS new (account_id, number)
ON CONFLICT (account_id, number) DO UPDATE SET wanted_at = excluded.wanted_at, asked_at = NULL
WHERE caller_name.wanted_at IS NULL AND (caller_name.told_at IS NULL OR caller_name.told_at < %(old)s::timestamptz);

-- name: give_up
-- all accounts: a source that said nothing for so long is not asked any more; the next text asks anew. Whoever writes
-- texts down may hold some in his order: these are given up in the next turn, and nobody waits in a circle.
UPDATE caller_name SET wanted_at = NULL
WHERE (account_id, number) IN (
    SELECT account_id, number FROM caller_name WHERE wanted_at < %(before)s ORDER BY wanted_at FOR UPDATE SKIP LOCKED
);

-- name: take
-- all accounts: whoever works takes what waits longest; what another took a moment ago is left to him.
UPDATE caller_name SET asked_at = %(now)s
WHERE (account_id, number) IN (
    SELECT account_id, number FROM caller_name
    WHERE wanted_at IS NOT NULL AND (asked_at IS NULL OR asked_at < %(before)s)
    ORDER BY wanted_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
RETURNING account_id, number, wanted_at;

-- name: drop_wishes
-- all accounts: each row names its own. Nobody can be asked for these, or nobody pays.
UPDATE caller_name SET wanted_at = NULL
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[]) AS gone (account_id, number)
WHERE caller_name.account_id = gone.account_id AND caller_name.number = gone.number;

-- name: tell
-- all accounts: each row names its own. Whom somebody forgot meanwhile has no row, and gets none. In the order in which
-- they are wanted with texts, so that nobody waits in a circle.
UPDATE caller_name SET name = told.name, told_at = %(now)s, wanted_at = NULL
FROM (
    SELECT its.account_id, its.number, new.name
    FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[], %(names)s::text[]) AS new (account_id, number, name)
    JOIN caller_name AS its ON its.account_id = new.account_id AND its.number = new.number
    ORDER BY its.account_id, its.number FOR UPDATE OF its
) AS told
WHERE caller_name.account_id = told.account_id AND caller_name.number = told.number;
