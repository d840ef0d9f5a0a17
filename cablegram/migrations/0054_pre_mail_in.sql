-- Mail that comes in: answers to tickets, new tickets, and letters that came back. And who may sign up, as the operator
-- last said.

-- Letters to an address that came back, because there is no such address: nothing more goes there until somebody proves
-- it anew. Null: none did, only refusals are counted.
ALTER TABLE mail_address ADD COLUMN returned_at timestamptz;

-- Where answers to a letter go; empty: where answers to all go.
ALTER TABLE letter ADD COLUMN reply_to text NOT NULL DEFAULT '' CHECK (reply_to !~ '[\r\n]');

-- Of what came by mail: from which address, and whether it is proved that its owner sent it.
ALTER TABLE ticket_entry ADD COLUMN mail_from text, ADD COLUMN is_proved boolean NOT NULL DEFAULT true;

-- Each message that came in, once, and what became of it; `text` of what nobody else has.
CREATE TABLE mail_received (
    id uuid PRIMARY KEY,
    digest bytea NOT NULL UNIQUE, -- SHA-256 of what makes it one: its Message-ID and sender, or all of it
    at timestamptz NOT NULL,
    sender text NOT NULL,
    subject text NOT NULL,
    size integer NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('opened', 'answered', 'returned', 'automatic', 'stranger', 'refused')),
    why text NOT NULL DEFAULT '',
    account_id uuid REFERENCES account,
    ticket_id uuid REFERENCES ticket,
    text text NOT NULL DEFAULT ''
);
CREATE INDEX mail_received_at ON mail_received (at);

-- What the operator chose in the panel in place of what the processes were started with.
CREATE TABLE house_choice (
    name text PRIMARY KEY CHECK (name IN ('sign_up')),
    value text NOT NULL,
    chosen_by text NOT NULL,
    chosen_at timestamptz NOT NULL
);
