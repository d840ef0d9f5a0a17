-- The names of those who write to numbers that ask for them (CNAM), and which of them are still to be asked for.
CREATE TABLE caller_name (
    account_id uuid NOT NULL REFERENCES account,
    number text NOT NULL,
    name text NOT NULL DEFAULT '', -- '': nobody knows one
    told_at timestamptz, -- when that was said; null: never
    wanted_at timestamptz, -- since when somebody wants to know it; null: nobody does, or it was given up
    asked_at timestamptz, -- when it was asked for last, whoever does so having two minutes for it
    PRIMARY KEY (account_id, number)
);
CREATE INDEX caller_name_wanted ON caller_name (wanted_at) WHERE wanted_at IS NOT NULL;

COMMENT ON COLUMN inbound_text.caller_name IS 'not used any more: a name belongs to its number, in caller_name';

ALTER TABLE exchange
    DROP CONSTRAINT exchange_kind_check,
    ADD CONSTRAINT exchange_kind_check CHECK (kind IN ('send', 'test', 'callback', 'login', 'numbers', 'names')) NOT VALID;
