-- Senders as what they are: numbers with a country and a type, short codes, names; what they carry and how they answer.

ALTER TABLE sender
    ADD COLUMN kind text NOT NULL DEFAULT 'number' CHECK (kind IN ('number', 'short_code', 'name')),
    ADD COLUMN number_type text CHECK (number_type IN ('local', 'national', 'mobile', 'toll_free')), -- R58
    ADD COLUMN country text, -- of a number or a short code
    ADD COLUMN capabilities text[] NOT NULL DEFAULT '{sms}', -- sms, mms, voice
    -- R61, R62
    ADD COLUMN autoresponder_enabled boolean NOT NULL DEFAULT false,
    ADD COLUMN autoresponder_text text NOT NULL DEFAULT '',
    ADD COLUMN stop_words_enabled boolean NOT NULL DEFAULT false,
    ADD COLUMN cnam_enabled boolean NOT NULL DEFAULT false,
    ADD COLUMN used_at timestamptz; -- when it was chosen last for `any` or a list: the one least recently used is next
UPDATE sender SET kind = CASE WHEN address !~ '^[0-9]+$' THEN 'name' WHEN length(address) <= 7 THEN 'short_code' ELSE 'number' END;

-- Connectors that can carry a sender; none: any that the account may use.
CREATE TABLE sender_connector (
    sender_id uuid NOT NULL REFERENCES sender ON DELETE CASCADE,
    connector_id uuid NOT NULL REFERENCES connector ON DELETE CASCADE,
    PRIMARY KEY (sender_id, connector_id)
);
CREATE INDEX sender_connector_connector ON sender_connector (connector_id);
INSERT INTO sender_connector (sender_id, connector_id) SELECT id, connector_id FROM sender WHERE connector_id IS NOT NULL;

-- Which of an account's senders a person talks with, so that a conversation keeps its number (R48).
CREATE TABLE conversation (
    account_id uuid NOT NULL REFERENCES account,
    number text NOT NULL,
    sender_id uuid NOT NULL REFERENCES sender ON DELETE CASCADE,
    at timestamptz NOT NULL,
    PRIMARY KEY (account_id, number)
);
CREATE INDEX conversation_sender ON conversation (sender_id);
