-- The inbox as a team works in it: what still wants somebody, who cares for it, and notes that only the team sees.

-- One row for each number that ever wrote to an account; it moves with each text of theirs.
CREATE TABLE talk (
    account_id uuid NOT NULL REFERENCES account,
    number text NOT NULL CHECK (number <> ''),
    last_id uuid NOT NULL, -- the last text of theirs
    is_done boolean NOT NULL,
    assigned_to uuid REFERENCES app_user ON DELETE SET NULL,
    seen_id uuid, -- the last text of theirs that anybody of the team has looked at
    changed_by text, -- who said last that it is done, or that it is not
    changed_at timestamptz,
    PRIMARY KEY (account_id, number)
);
CREATE INDEX talk_page ON talk (account_id, last_id);
CREATE INDEX talk_open ON talk (account_id, last_id) WHERE NOT is_done;
CREATE INDEX talk_of_somebody ON talk (assigned_to, account_id, last_id) WHERE assigned_to IS NOT NULL;

CREATE TABLE talk_note (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    number text NOT NULL,
    text text NOT NULL CHECK (text <> ''),
    by text NOT NULL,
    user_id uuid,
    at timestamptz NOT NULL
);
CREATE INDEX talk_note_talk ON talk_note (account_id, number, id);

-- What came in before: open is what a person was to read and nothing was written behind.
INSERT INTO talk (account_id, number, last_id, is_done, seen_id)
SELECT DISTINCT ON (account_id, src) account_id, src, id,
    rule IS NOT NULL AND rule NOT IN ('inbox', 'auto_reply', 'subscribers_text', 'review') OR EXISTS (
        SELECT FROM message WHERE message.account_id = inbound_text.account_id AND dst = src AND message.id > inbound_text.id
            AND state <> 'skipped'
    ), id
FROM inbound_text WHERE account_id IS NOT NULL AND src <> ''
ORDER BY account_id, src, id DESC;
