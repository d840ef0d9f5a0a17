-- Stores: programs with a keyword, texts and a code for each customer; who may call for them, and what is posted for them.

-- What a sender is for, where it is for stores: keywords are written to the marketing code, a customer talks with one of
-- the communication codes (R120). Null: neither; an account without such senders uses its default for both.
ALTER TABLE sender ADD COLUMN store_use text CHECK (store_use IN ('marketing', 'communication'));
CREATE INDEX sender_of_stores ON sender (account_id, store_use) WHERE store_use IS NOT NULL;

CREATE TABLE store (
    program_id uuid PRIMARY KEY REFERENCES program ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES account,
    keyword text NOT NULL, -- the primary one, in upper case; it never changes
    state text NOT NULL CHECK (state IN ('waiting', 'open', 'refused')), -- of one that waits nothing goes in or out
    opt_in text NOT NULL CHECK (opt_in IN ('single', 'double')), -- of opt-ins by API and panel
    has_guard boolean NOT NULL DEFAULT true, -- the same text to the same customer only once in 12 hours (R56)
    one_off_pace integer NOT NULL DEFAULT 1 CHECK (one_off_pace BETWEEN 1 AND 1000), -- texts a second (R57)
    campaign_pace integer NOT NULL DEFAULT 30 CHECK (campaign_pace BETWEEN 1 AND 1000),
    phone text NOT NULL DEFAULT '',
    time_zone text NOT NULL, -- of the times that are told to programs (R122)
    texts jsonb NOT NULL, -- the five texts that it sends by itself (R169)
    callback text, -- where texts of customers are posted to; null: nowhere
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    note text NOT NULL DEFAULT '' -- what the operator said when they decided
);
CREATE INDEX store_account ON store (account_id, program_id);
CREATE INDEX store_waiting ON store (program_id) WHERE state = 'waiting';

-- Keywords of stores: each is there once in all the installation, in upper case.
CREATE TABLE store_keyword (
    keyword text PRIMARY KEY CHECK (keyword ~ '^[A-Z0-9]{4,19}$' AND keyword ~ '[A-Z]'),
    program_id uuid NOT NULL REFERENCES store ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES account,
    kind text NOT NULL CHECK (kind IN ('primary', 'opt_in', 'responder')),
    in_text text NOT NULL DEFAULT '', -- what a responder answers to customers of the store
    other_text text NOT NULL DEFAULT '', -- and what to everybody else
    made_at timestamptz NOT NULL
);
CREATE INDEX store_keyword_store ON store_keyword (program_id);

-- With which sender a customer of a store talks, from the first text until they opt out (R120).
CREATE TABLE store_code (
    program_id uuid NOT NULL REFERENCES store ON DELETE CASCADE,
    contact_id uuid NOT NULL REFERENCES contact ON DELETE CASCADE,
    sender_id uuid NOT NULL REFERENCES sender ON DELETE CASCADE,
    since timestamptz NOT NULL,
    PRIMARY KEY (program_id, contact_id)
);
CREATE INDEX store_code_contact ON store_code (contact_id, sender_id);
CREATE INDEX store_code_sender ON store_code (sender_id);

-- When the next text of a store may go, on the channel for single ones and on that of campaigns (R57).
CREATE TABLE store_pace (
    program_id uuid NOT NULL REFERENCES store ON DELETE CASCADE,
    channel text NOT NULL CHECK (channel IN ('one_off', 'campaign')),
    next_at timestamptz NOT NULL,
    PRIMARY KEY (program_id, channel)
);

-- Texts that wait for the YES of whom they are for.
CREATE TABLE store_kept_text (
    id uuid PRIMARY KEY,
    program_id uuid NOT NULL REFERENCES store ON DELETE CASCADE,
    contact_id uuid NOT NULL REFERENCES contact ON DELETE CASCADE,
    text text NOT NULL,
    media_url text,
    kept_until timestamptz NOT NULL
);
CREATE INDEX store_kept_text_customer ON store_kept_text (program_id, contact_id);
CREATE INDEX store_kept_text_over ON store_kept_text (kept_until);

-- Who may call for stores: a client's own credentials (no program) for all its stores, others for one.
CREATE TABLE store_credential (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    program_id uuid REFERENCES store ON DELETE CASCADE,
    login text NOT NULL,
    password_hash text NOT NULL,
    first_name text NOT NULL DEFAULT '',
    last_name text NOT NULL DEFAULT '',
    email text NOT NULL DEFAULT '',
    made_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX store_credential_login ON store_credential (lower(login));
CREATE INDEX store_credential_account ON store_credential (account_id);
CREATE INDEX store_credential_store ON store_credential (program_id);

-- What is posted to callbacks, in the order in which it came for each customer.
CREATE TABLE store_post (
    id uuid PRIMARY KEY, -- of the text that came in
    program_id uuid NOT NULL REFERENCES store ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES account,
    number bigint NOT NULL, -- whose turn it is goes by it
    url text NOT NULL,
    body text NOT NULL, -- form fields, as they go out
    tries integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    done_at timestamptz, -- taken by the callback, or given up
    verdict text NOT NULL DEFAULT '' -- what the last try came to
);
CREATE INDEX store_post_due ON store_post (next_at) WHERE done_at IS NULL;
CREATE INDEX store_post_turn ON store_post (program_id, number, id) WHERE done_at IS NULL;
CREATE INDEX store_post_done ON store_post (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX store_post_store ON store_post (program_id, id);

-- Reports read what went between a store and its customers, by time.
CREATE INDEX message_of_program ON message (program_id, id) WHERE program_id IS NOT NULL;
CREATE INDEX inbound_text_of_program ON inbound_text (program_id, id) WHERE program_id IS NOT NULL;
