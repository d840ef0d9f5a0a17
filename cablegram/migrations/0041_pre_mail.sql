-- Letters (e-mail) that are on their way, and the notices of events that they are made of.

-- A letter is written in the transaction of what it tells of, and sent by a `work` process behind it (decision 0056).
CREATE TABLE letter (
    id uuid PRIMARY KEY,
    account_id uuid REFERENCES account, -- null: it concerns no account
    user_id uuid,
    kind text NOT NULL CHECK (kind <> ''),
    language text NOT NULL CHECK (language <> ''),
    recipient text NOT NULL CHECK (recipient <> ''),
    subject text NOT NULL CHECK (subject !~ '[\r\n]'),
    -- Null: it is over, and held a link that works once, or words of other people that are not kept twice.
    text text,
    html text,
    is_emptied boolean NOT NULL, -- its words go as soon as it is over
    notices_url text NOT NULL DEFAULT '', -- where its reader chooses what to be told of; empty: no choice
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    next_at timestamptz NOT NULL, -- while somebody sends it: when their lease ends
    give_up_at timestamptz NOT NULL,
    tries smallint NOT NULL DEFAULT 0,
    verdict text NOT NULL DEFAULT '', -- what the mail server said last, in words for people
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK ((state = 'waiting') = (ended_at IS NULL)),
    CHECK (is_emptied AND state <> 'waiting' OR text IS NOT NULL AND html IS NOT NULL)
);
CREATE INDEX letter_due ON letter (next_at) WHERE state = 'waiting';
CREATE INDEX letter_state ON letter (state, id);
CREATE INDEX letter_ended ON letter (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE letter_file (
    letter_id uuid NOT NULL REFERENCES letter ON DELETE CASCADE,
    place smallint NOT NULL,
    name text NOT NULL CHECK (name <> '' AND name !~ '[\r\n/\\]'),
    media_type text NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (letter_id, place)
);

-- Addresses that mail servers refused for good: after some letters in a row nothing is sent there by itself.
CREATE TABLE mail_address (
    address text PRIMARY KEY CHECK (address = lower(address)),
    refused smallint NOT NULL, -- letters in a row
    verdict text NOT NULL,
    refused_at timestamptz NOT NULL
);

-- How the mail server does: one row.
CREATE TABLE mail_server (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    failing_since timestamptz, -- null: it works, as far as is known
    verdict text NOT NULL DEFAULT '',
    sent_at timestamptz -- when it took a letter last
);
INSERT INTO mail_server DEFAULT VALUES;

-- What an account wants to be told of that is not one person's choice, and where its balance stood when we looked last.
CREATE TABLE account_notice (
    account_id uuid PRIMARY KEY REFERENCES account,
    credit_below bigint CHECK (credit_below > 0), -- micro-credits; null: no alert of a low balance (R26)
    inbound_address text, -- every text that comes in goes there by mail (R66); null: none does
    inbound_language text NOT NULL DEFAULT 'en',
    inbound_token bytea, -- SHA-256 of what confirms the address; null: nothing is to be confirmed
    inbound_asked_at timestamptz, -- when it was asked last whether it agrees
    inbound_confirmed_at timestamptz,
    balance text NOT NULL DEFAULT 'fine' CHECK (balance IN ('fine', 'low', 'empty'))
);
-- Whose balance was at nothing before there were alerts knows.
INSERT INTO account_notice (account_id, balance)
SELECT account_id, 'empty' FROM balance WHERE amount <= 0 AND last_seq > 0;

-- Where a person wants another pace for a kind of notice than the kind has by itself.
CREATE TABLE notice_choice (
    account_id uuid NOT NULL, -- the nil id: what concerns the whole installation
    user_id uuid NOT NULL REFERENCES app_user ON DELETE CASCADE,
    kind text NOT NULL,
    pace text NOT NULL CHECK (pace IN ('off', 'at_once', 'hourly', 'daily')),
    PRIMARY KEY (account_id, user_id, kind)
);

-- What somebody is to be told, folded: one row for each reader and kind, however often it happened. A row with nothing to
-- tell remembers when it was told last. Reader: a user; of an account's own address the account. Account: for what
-- concerns the whole installation the nil id, so it refers to no table.
CREATE TABLE notice (
    account_id uuid NOT NULL,
    reader_id uuid NOT NULL,
    kind text NOT NULL,
    count bigint NOT NULL, -- how often it happened and was not told
    items jsonb NOT NULL, -- the facts of the first few
    due_at timestamptz, -- null: nothing to tell
    told_at timestamptz,
    PRIMARY KEY (account_id, reader_id, kind)
);
CREATE INDEX notice_due ON notice (due_at) WHERE due_at IS NOT NULL;

-- Whoever started a job may ask to be told when it is over.
ALTER TABLE job ADD COLUMN is_told boolean NOT NULL DEFAULT false;
