-- People and what we send to many of them.

CREATE TABLE contact (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    number text NOT NULL CHECK (number ~ '^[1-9][0-9]{4,14}$'), -- E.164 digits without the plus
    country text NOT NULL,
    variables jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX contact_number ON contact (account_id, number);

CREATE TABLE contact_list (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    name text NOT NULL CHECK (name <> ''),
    description text NOT NULL,
    size integer NOT NULL DEFAULT 0,
    -- The names of its people's variables, in the order of the file: for previews and for the template's check.
    variables text[] NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    imported_at timestamptz
);
CREATE UNIQUE INDEX contact_list_name ON contact_list (account_id, lower(name));

CREATE TABLE contact_list_member (
    list_id uuid NOT NULL REFERENCES contact_list ON DELETE CASCADE,
    contact_id uuid NOT NULL REFERENCES contact,
    PRIMARY KEY (list_id, contact_id)
);
CREATE INDEX contact_list_member_contact ON contact_list_member (contact_id);

CREATE TABLE template (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    name text NOT NULL CHECK (name <> ''),
    description text NOT NULL,
    text text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX template_name ON template (account_id, lower(name));

CREATE TABLE campaign (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    name text NOT NULL CHECK (name <> ''),
    description text NOT NULL,
    list_ids uuid[] NOT NULL CHECK (cardinality(list_ids) > 0),
    sender text, -- null: the account's default
    template_id uuid REFERENCES template ON DELETE SET NULL,
    text text NOT NULL, -- the template's words as they were when the campaign was made
    variables jsonb NOT NULL, -- same for everybody; win over the contact's (R86)
    class message_class NOT NULL,
    state text NOT NULL CHECK (state IN ('ready', 'running', 'paused', 'finished', 'cancelled')),
    reason text, -- why it is paused: by_hand, out_of_funds
    -- Fan-out's checkpoint: the last contact whose message was made; moves in the transaction that makes the rows.
    last_contact_id uuid,
    is_fanned_out boolean NOT NULL DEFAULT false,
    recipients integer NOT NULL, -- distinct people when it was last counted
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz
);
CREATE UNIQUE INDEX campaign_name ON campaign (account_id, lower(name));
CREATE INDEX campaign_account ON campaign (account_id, id);
CREATE INDEX campaign_at_work ON campaign (id) WHERE state IN ('running', 'paused');
