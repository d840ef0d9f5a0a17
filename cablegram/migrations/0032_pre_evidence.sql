-- The ledger of consent: who agreed or said no, when, how, and to which words (decision 0045). Rows are added, each under
-- the hash of the one before it, and are never changed; what tells of a person can be taken out of them, once.

-- The end of each account's chain. Who adds to it holds this row, and waits for nothing else behind it.
CREATE TABLE evidence_head (
    account_id uuid PRIMARY KEY REFERENCES account,
    seq bigint NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);

CREATE TABLE evidence (
    account_id uuid NOT NULL,
    seq bigint NOT NULL CHECK (seq > 0), -- without gap in each account
    id uuid NOT NULL,
    form smallint NOT NULL, -- how the hashes are made of the rest: evidence/canonical.py
    after bytea NOT NULL, -- the hash of the row before
    hash bytea NOT NULL, -- of `after` and all that stands up to `sealed`
    at timestamptz NOT NULL, -- when it happened, as whoever tells of it says
    recorded_at timestamptz NOT NULL, -- when we learned it
    scope text NOT NULL CHECK (scope <> ''), -- marketing, everything, or a program's id
    kind text NOT NULL CHECK (kind <> ''),
    how text NOT NULL CHECK (how <> ''),
    before text, -- what stood before, where it may have to stand again
    words_version text,
    message_id uuid, -- that asked, reminded or confirmed
    text_id uuid, -- in which the person said so
    follows uuid, -- the event that this one answers or ends
    count bigint, -- of how many people a row speaks that names no number
    digest bytea, -- of their numbers; where people were erased, of the ids of the rows
    sealed bytea NOT NULL, -- of `salt` and what follows
    salt bytea,
    number text CHECK (number ~ '^[1-9][0-9]{4,14}$'), -- E.164 digits without the plus
    recorded_by text,
    source text, -- where the permission comes from, as the account tells it
    words text, -- that the person was shown
    said text, -- that the person said
    url text,
    address text, -- from which a page or a program was called
    erased_in uuid, -- the event that says that the columns from `salt` on were taken out
    PRIMARY KEY (account_id, seq),
    CHECK ((salt IS NULL) = (erased_in IS NOT NULL))
);
CREATE UNIQUE INDEX evidence_id ON evidence (id);
CREATE INDEX evidence_number ON evidence (account_id, number, seq) WHERE number IS NOT NULL;

CREATE FUNCTION evidence_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    personal text[] := '{salt,number,recorded_by,source,words,said,url,address,erased_in}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.erased_in IS NULL AND NEW.erased_in IS NOT NULL
            AND num_nonnulls(NEW.salt, NEW.number, NEW.recorded_by, NEW.source, NEW.words, NEW.said, NEW.url, NEW.address) = 0
            AND to_jsonb(NEW) - personal = to_jsonb(OLD) - personal
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'evidence of consent stays as it was written: add what is new';
END $$;
CREATE TRIGGER evidence_stays BEFORE UPDATE OR DELETE ON evidence
    FOR EACH ROW EXECUTE FUNCTION evidence_stays();
CREATE TRIGGER evidence_is_not_truncated BEFORE TRUNCATE ON evidence
    FOR EACH STATEMENT EXECUTE FUNCTION evidence_stays();

-- Which event a contact's subscription rests on. No foreign key: rows of evidence stay, and a million contacts of an
-- import would each lock the same one.
ALTER TABLE contact ADD COLUMN evidence_id uuid;
-- What an account says of people who become contacts is one event for all of them.
ALTER TABLE contact_default ADD COLUMN evidence_id uuid;

-- Accounts of before: one event for each says whose yes was known when the ledger began, and these contacts name it. The
-- functions write what evidence/canonical.py writes in its form 1.
CREATE FUNCTION pg_temp.part(text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(octet_length($1) || ':' || $1 || ',', '-,')
$$;
CREATE FUNCTION pg_temp.micros(timestamptz) RETURNS text LANGUAGE sql AS $$
    SELECT ((extract(epoch FROM $1) * 1000000)::bigint)::text
$$;
CREATE TEMP TABLE known_before ON COMMIT DROP AS
    SELECT account_id, gen_random_uuid() AS id, now() AS at, count(*) AS count,
        sha256(convert_to(string_agg(number, ',' ORDER BY number COLLATE "C"), 'UTF8')) AS digest,
        uuid_send(gen_random_uuid()) AS salt, 'cablegram'::text AS recorded_by,
        'Subscribed before the ledger began.'::text AS source,
        sha256(convert_to('cablegram evidence of ' || account_id, 'UTF8')) AS after, NULL::bytea AS sealed
    FROM contact WHERE subscription = 'subscribed' GROUP BY account_id;
UPDATE known_before SET sealed = sha256(salt || convert_to(
    pg_temp.part(NULL) || pg_temp.part(recorded_by) || pg_temp.part(source) || repeat(pg_temp.part(NULL), 4), 'UTF8'));
INSERT INTO evidence (account_id, seq, id, form, after, hash, at, recorded_at, scope, kind, how, count, digest, sealed, salt,
    recorded_by, source)
SELECT account_id, 1, id, 1, after, sha256(after || convert_to(
        pg_temp.part('cablegram evidence 1') || pg_temp.part(account_id::text) || pg_temp.part(id::text)
        || pg_temp.part(pg_temp.micros(at)) || pg_temp.part(pg_temp.micros(at)) || pg_temp.part('marketing')
        || pg_temp.part('known') || pg_temp.part('ledger') || repeat(pg_temp.part(NULL), 5)
        || pg_temp.part(count::text) || pg_temp.part(encode(digest, 'hex')) || pg_temp.part(encode(sealed, 'hex')), 'UTF8')),
    at, at, 'marketing', 'known', 'ledger', count, digest, sealed, salt, recorded_by, source
FROM known_before;
INSERT INTO evidence_head (account_id, seq, hash) SELECT account_id, seq, hash FROM evidence;
UPDATE contact SET evidence_id = known_before.id FROM known_before
WHERE contact.account_id = known_before.account_id AND contact.subscription = 'subscribed';
DROP FUNCTION pg_temp.part(text);
DROP FUNCTION pg_temp.micros(timestamptz);
