-- name: make_salts
-- all accounts: each row names its account.
INSERT INTO suppression_salt (account_id, salt)
SELECT account_id, salt FROM unnest(%(accounts)s::uuid[], %(salts)s::bytea[]) AS new (account_id, salt)
ON CONFLICT DO NOTHING;

-- name: keep
-- all accounts: each row names its account. What is stricter stays.
INSERT INTO suppression AS known (account_id, hash, standing, why, at)
SELECT new.account_id, sha256(kept.salt || convert_to(new.number, 'UTF8')), new.standing, new.why, %(now)s::timestamptz
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[], %(standings)s::text[], %(whys)s::text[])
    AS new (account_id, number, standing, why)
JOIN suppression_salt AS kept ON kept.account_id = new.account_id
ON CONFLICT (account_id, hash) DO UPDATE SET standing = excluded.standing, why = excluded.why, at = excluded.at
    WHERE array_position(ARRAY['no_marketing', 'stopped', 'barred'], excluded.standing)
        > array_position(ARRAY['no_marketing', 'stopped', 'barred'], known.standing);

-- name: known
-- all accounts: each row asked for names its account.
SELECT asked.account_id, asked.number, kept.standing, kept.why, kept.at
FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[]) AS asked (account_id, number)
JOIN suppression_salt AS salt ON salt.account_id = asked.account_id
JOIN suppression AS kept ON kept.account_id = asked.account_id
    AND kept.hash = sha256(salt.salt || convert_to(asked.number, 'UTF8'));

-- name: lift
-- all accounts: each row asked for names its account.
DELETE FROM suppression AS kept
USING unnest(%(accounts)s::uuid[], %(numbers)s::text[]) AS asked (account_id, number)
JOIN suppression_salt AS salt ON salt.account_id = asked.account_id
WHERE kept.account_id = asked.account_id AND kept.hash = sha256(salt.salt || convert_to(asked.number, 'UTF8'))
    AND kept.standing = ANY (%(standings)s::text[])
RETURNING asked.account_id, asked.number;
