-- Tickets: what an account asks the operator, what was answered, and the files that go with it (R12, R22).

CREATE TABLE ticket (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    title text NOT NULL CHECK (title <> ''),
    state text NOT NULL CHECK (state IN ('open', 'answered', 'closed')),
    -- What is disputed: a message or a line of the ledger, by its id. Null: nothing.
    about text CHECK (about IN ('message', 'posting')),
    about_id uuid,
    opened_by text NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CHECK ((about IS NULL) = (about_id IS NULL))
);
CREATE INDEX ticket_account ON ticket (account_id, id);
CREATE INDEX ticket_open ON ticket (id) WHERE state = 'open';

CREATE TABLE ticket_entry (
    id uuid PRIMARY KEY,
    ticket_id uuid NOT NULL REFERENCES ticket,
    account_id uuid NOT NULL REFERENCES account,
    by_operator boolean NOT NULL,
    author text NOT NULL,
    user_id uuid REFERENCES app_user,
    text text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX ticket_entry_ticket ON ticket_entry (ticket_id, id);

CREATE TABLE ticket_file (
    id uuid PRIMARY KEY,
    entry_id uuid NOT NULL REFERENCES ticket_entry,
    ticket_id uuid NOT NULL REFERENCES ticket,
    account_id uuid NOT NULL REFERENCES account,
    name text NOT NULL CHECK (name <> '' AND name !~ '[\r\n/\\]'),
    media_type text NOT NULL,
    bytes bytea NOT NULL
);
CREATE INDEX ticket_file_ticket ON ticket_file (ticket_id);
