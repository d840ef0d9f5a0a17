-- What an account's people told the panel to remember for all of them, such as a step of the checklist to be skipped.

CREATE TABLE account_note (
    account_id uuid NOT NULL REFERENCES account,
    name text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (account_id, name)
);

-- What was spent today and this month is asked on every visit to the ledger.
CREATE INDEX posting_at ON posting (account_id, at);
