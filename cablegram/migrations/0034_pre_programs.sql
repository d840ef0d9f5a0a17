-- Programs: audiences that people enter and leave themselves, SMS services and stores; and what a service has besides.

CREATE TABLE program (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    kind text NOT NULL CHECK (kind IN ('service', 'store')),
    name text NOT NULL CHECK (name <> ''),
    address text, -- from which it sends; null: the account's default
    sends boolean NOT NULL DEFAULT true, -- false: it has no leave to send now, but answers by itself
    created_at timestamptz NOT NULL
);
CREATE INDEX program_account ON program (account_id, id);

-- Where a person stands with a program. It was the number that said yes: a contact whose number is edited is nobody's
-- subscriber by it (decision 0049).
CREATE TABLE subscriber (
    program_id uuid NOT NULL REFERENCES program ON DELETE CASCADE,
    contact_id uuid NOT NULL REFERENCES contact ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES account,
    number bigint NOT NULL,
    standing text NOT NULL CHECK (standing IN ('guest', 'asked', 'in', 'paused', 'out')),
    since timestamptz NOT NULL, -- in this standing
    joined_at timestamptz, -- when they said yes last; null: never
    evidence_id uuid, -- of the last move; null: a guest of whom nothing is recorded
    PRIMARY KEY (program_id, contact_id)
);
CREATE UNIQUE INDEX subscriber_number ON subscriber (program_id, number);
CREATE INDEX subscriber_contact ON subscriber (contact_id);
CREATE INDEX subscriber_person ON subscriber (account_id, number);

-- From which program a message is; null: from none. What a subscriber got, and which program wrote last.
ALTER TABLE message ADD COLUMN program_id uuid;
CREATE INDEX message_program ON message (program_id, dst, id) WHERE program_id IS NOT NULL;
ALTER TABLE inbound_text ADD COLUMN program_id uuid; -- for which program a text was

-- A code of the operator's that several accounts have services on: it sends for programs alone, and what is written to
-- it is for whom the keyword says.
ALTER TABLE sender ADD COLUMN is_shared boolean NOT NULL DEFAULT false;

-- SMS services (R67, R68): the operator's short codes, and what accounts have on them.

CREATE TABLE short_code (
    id uuid PRIMARY KEY,
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    digits text NOT NULL CHECK (digits ~ '^[0-9]{5,6}$'),
    connector_ids uuid[] NOT NULL DEFAULT '{}', -- that carry it; empty: any
    note text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX short_code_digits ON short_code (digits, country);

CREATE TABLE sms_service (
    id uuid PRIMARY KEY REFERENCES program ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES account,
    short_code_id uuid NOT NULL REFERENCES short_code,
    sender_id uuid, -- the account's sender for the code, since it was approved
    keyword text NOT NULL CHECK (keyword ~ '^[A-Z0-9]{4,16}$'),
    status text NOT NULL CHECK (status IN ('requested', 'approved', 'rejected', 'suspended', 'closed')),
    form jsonb NOT NULL, -- what was asked for: sms_services/form.py
    texts jsonb NOT NULL DEFAULT '{}', -- those that are not the defaults
    reason text NOT NULL DEFAULT '', -- of the operator's last word
    requested_by text NOT NULL,
    requested_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz
);
CREATE INDEX sms_service_account ON sms_service (account_id, id);
CREATE INDEX sms_service_requested ON sms_service (id) WHERE status = 'requested';
-- Unique on its code, in any case (they are kept in capitals): also while it waits for the operator.
CREATE UNIQUE INDEX sms_service_keyword ON sms_service (short_code_id, keyword) WHERE status NOT IN ('rejected', 'closed');

-- When each subscriber is reminded next (R76): each 30 days from the day they said yes.
CREATE TABLE service_reminder (
    program_id uuid NOT NULL REFERENCES program ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES account,
    number bigint NOT NULL,
    joined_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    look_at timestamptz NOT NULL, -- later than `due_at` while credit is missing
    PRIMARY KEY (program_id, number)
);
CREATE INDEX service_reminder_due ON service_reminder (look_at);

-- What carriers said of subscribers (R79), each once.
CREATE TABLE carrier_notice (
    id uuid PRIMARY KEY,
    short_code_id uuid NOT NULL REFERENCES short_code,
    kind text NOT NULL CHECK (kind IN ('cancelled', 'paused', 'resumed', 'changed')),
    number bigint NOT NULL,
    new_number bigint,
    how text NOT NULL CHECK (how IN ('api', 'file', 'connector')),
    said_at timestamptz NOT NULL,
    taken_at timestamptz NOT NULL,
    services integer NOT NULL -- how many subscriptions it changed
);
CREATE UNIQUE INDEX carrier_notice_once ON carrier_notice (short_code_id, number, kind, said_at);

-- How often somebody asked to subscribe on hosted pages, by their address, to tell a person from a program.
CREATE TABLE join_attempt (
    source text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX join_attempt_source ON join_attempt (source, at);
