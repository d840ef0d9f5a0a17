-- Programs: audiences that people enter and leave themselves, SMS services and stores; and what a service has besides.

CREATE TABLE program (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    kind text NOT NULL CHECK (kind IN ('service', 'store')),
    name text NOT NULL CHECK (name <> ''),
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
