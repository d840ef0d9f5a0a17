-- Who may be written to: what an account asks of each message, whom nobody may write to, and why a message went or not.

-- What an account wants looked at, beyond what holds for everybody. No row: the defaults (consent/policy.py).
CREATE TABLE sending_rules (
    account_id uuid PRIMARY KEY REFERENCES account,
    revision bigint NOT NULL DEFAULT 1, -- grows with each change: processes keep compiled rules by it
    rules jsonb NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL
);

-- Numbers that get nothing more from an account (R91), and how they came here.
CREATE TABLE blacklist (
    account_id uuid NOT NULL REFERENCES account,
    number text NOT NULL CHECK (number ~ '^[1-9][0-9]{4,14}$'), -- E.164 digits without the plus
    id uuid NOT NULL, -- grows from entry to entry: pages go by it
    how text NOT NULL CHECK (how IN ('by_hand', 'import', 'stop', 'review')),
    note text NOT NULL DEFAULT '',
    sender text, -- the number that was told to stop
    text_id uuid, -- the text that said so
    added_by text NOT NULL,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, number)
);
CREATE UNIQUE INDEX blacklist_newest ON blacklist (account_id, id);

-- Texts that may mean no: their number is held until a person has looked (R62, decision 0024).
CREATE TABLE consent_review (
    text_id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    number text NOT NULL,
    sender text NOT NULL,
    matched text NOT NULL,
    doubt text NOT NULL,
    opened_at timestamptz NOT NULL,
    verdict text CHECK (verdict IN ('stop', 'go_on')), -- null: nobody has looked yet
    decided_by text,
    decided_at timestamptz
);
CREATE UNIQUE INDEX consent_review_held ON consent_review (account_id, number, text_id) WHERE verdict IS NULL;
CREATE INDEX consent_review_open ON consent_review (account_id, text_id) WHERE verdict IS NULL;
CREATE INDEX consent_review_account ON consent_review (account_id, text_id);

-- The same text to the same person goes once in a while, where the guard is on (R56).
CREATE TABLE recent_text (
    fingerprint bytea NOT NULL,
    account_id uuid NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (account_id, fingerprint)
);
CREATE INDEX recent_text_age ON recent_text USING brin (at); -- to drop what is old

-- How much a person got of late, where an account caps that (R148).
CREATE TABLE recent_message (
    account_id uuid NOT NULL,
    number text NOT NULL,
    class message_class NOT NULL,
    at timestamptz NOT NULL,
    forget_at timestamptz NOT NULL -- the caps that were in force then look back no further
);
CREATE INDEX recent_message_person ON recent_message (account_id, number, class, at);
CREATE INDEX recent_message_age ON recent_message USING brin (forget_at);

-- R143, R144. Null: nobody ever said anything; what that means, the account's rules say (decision 0029).
ALTER TABLE contact
    ADD COLUMN phone_status text NOT NULL DEFAULT 'active' CHECK (phone_status IN ('active', 'bounced', 'paused')),
    ADD COLUMN subscription text CHECK (subscription IN ('subscribed', 'not_subscribed', 'none')),
    ADD COLUMN subscription_source text, -- where the person said so, as the account tells it
    ADD COLUMN subscription_at timestamptz; -- when it was recorded
-- For pages of contacts; most are active, and of most nobody ever said anything.
CREATE INDEX contact_account ON contact (account_id, id);
CREATE INDEX contact_phone_status ON contact (account_id, phone_status, id) WHERE phone_status <> 'active';
CREATE INDEX contact_subscription ON contact (account_id, subscription, id) WHERE subscription IS NOT NULL;
-- For each message that is sent: is there anything to know of its number?
CREATE INDEX contact_said ON contact (account_id, number) INCLUDE (phone_status, subscription)
    WHERE phone_status <> 'active' OR subscription IS NOT NULL;

-- The rules that a batch was judged by, in their order with their versions, and what they were told of the account.
CREATE TABLE ruleset (
    id bigint PRIMARY KEY, -- made of what stands in it: the same everywhere (consent/rulebook.py)
    rules jsonb NOT NULL,
    made_at timestamptz NOT NULL
);
ALTER TABLE message
    ADD COLUMN ruleset bigint, -- by which rules it was judged
    ADD COLUMN seen smallint; -- what they saw of the person: consent/seen.py packs and unpacks it

-- Calls and items of calls that were refused, so that a developer finds them; kept for some days.
CREATE TABLE refused_attempt (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    endpoint text NOT NULL, -- method and path
    number text NOT NULL, -- as it was given
    sender text,
    client_ref text,
    code text NOT NULL,
    message text NOT NULL,
    field text, -- what it is about, as in the answer
    at timestamptz NOT NULL
);
CREATE INDEX refused_attempt_account ON refused_attempt (account_id, id);
CREATE INDEX refused_attempt_age ON refused_attempt (at);
