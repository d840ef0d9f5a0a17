-- Short links: codes that stand in people's texts in place of an account's links, who opened them, and for how long an
-- account wants them to lead anywhere. No reference to `account` or `message`: a slice of a campaign writes thousands.

CREATE TABLE short_link (
    code text COLLATE "C" PRIMARY KEY CHECK (length(code) = 9),
    account_id uuid NOT NULL,
    message_id uuid NOT NULL,
    campaign_id uuid,
    contact_id uuid,
    program_id uuid, -- the SMS service or store that sent it
    number text NOT NULL, -- whose text it stands in
    country text NOT NULL,
    url text, -- where it leads; null: to the page on which that person unsubscribes
    expires_at timestamptz NOT NULL,
    is_opened boolean NOT NULL DEFAULT false, -- by anybody or anything; never false again
    first_at timestamptz, -- a person opened it; null: nobody did
    last_at timestamptz,
    clicks integer NOT NULL DEFAULT 0, -- by people
    by_machines integer NOT NULL DEFAULT 0 -- by what looks at links before people do
) WITH (fillfactor = 90);
CREATE INDEX short_link_account ON short_link (account_id, message_id, code);
CREATE INDEX short_link_campaign ON short_link (campaign_id, message_id, code) WHERE is_opened AND campaign_id IS NOT NULL;
CREATE INDEX short_link_number ON short_link (account_id, number) WHERE is_opened;
CREATE INDEX short_link_expires ON short_link (expires_at) WHERE NOT is_opened;

-- Links that people opened, until what is known of contacts tells it too (audiences/engagement.py).
CREATE TABLE click_unread (
    code text COLLATE "C" PRIMARY KEY
);

-- For how many days an account's links lead to where they did in its texts; no row: as many as is usual.
CREATE TABLE link_settings (
    account_id uuid PRIMARY KEY REFERENCES account,
    days integer NOT NULL CHECK (days BETWEEN 1 AND 730)
);

ALTER TABLE campaign ADD COLUMN shorten boolean NOT NULL DEFAULT false;
ALTER TABLE engagement ADD COLUMN clicked_at timestamptz;
