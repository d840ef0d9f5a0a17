-- A number that goes from one contact to another while a campaign is on its way must not get the campaign twice, so a
-- contact knows since when it has its number; and links that people opened are found without those that nobody did.

-- Null: since it is there. Nearly all contacts keep the number that they were made with.
ALTER TABLE contact ADD COLUMN numbered_at timestamptz;

-- Of ten million links some hundred thousand are ever opened: whoever asks for those walks through no others. By the
-- moment of the first click and not by their number, which would have each further click written here, too.
CREATE INDEX short_link_clicked ON short_link (account_id, message_id, code) WHERE first_at IS NOT NULL;

-- Visits of links that nobody counted yet, and those of the last second, by which is found out who opens too many at
-- once, whichever process each came to. Lost with a crash of the database: counts, and nobody's way.
CREATE UNLOGGED TABLE link_visit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    address text NOT NULL, -- a hash of it, for the few seconds that the row lives
    code text COLLATE "C" NOT NULL,
    is_machine boolean NOT NULL,
    is_counted boolean NOT NULL DEFAULT false
);

-- What a campaign is for (R149): campaigns/goals.py. Null: nothing in particular.
ALTER TABLE campaign ADD COLUMN goal jsonb;

-- What people did elsewhere, as an account's programs tell it: a purchase, a visit. Told twice it is there once.
CREATE TABLE conversion (
    account_id uuid NOT NULL REFERENCES account,
    number text NOT NULL, -- digits of E.164
    event text NOT NULL CHECK (event <> ''),
    at timestamptz NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, number, event, at)
);
CREATE INDEX conversion_event ON conversion (account_id, event, at);
