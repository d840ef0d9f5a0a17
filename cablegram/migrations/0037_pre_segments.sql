-- Saved segments of the people of an account, views of the table of people, and what people did with what they got.

CREATE TABLE segment (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    name text NOT NULL CHECK (name <> ''),
    description text NOT NULL,
    filter jsonb NOT NULL, -- as audiences/filter_json.py writes it: lists, programs and campaigns by their ids
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX segment_name ON segment (account_id, lower(name));

-- Who needs a segment to be there: a campaign from its start until its end. It may change meanwhile.
CREATE TABLE segment_use (
    segment_id uuid NOT NULL REFERENCES segment,
    campaign_id uuid NOT NULL,
    PRIMARY KEY (segment_id, campaign_id)
);
CREATE INDEX segment_use_campaign ON segment_use (campaign_id);

-- How somebody wants the table of people: whom, which columns, in which order.
CREATE TABLE people_view (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    name text NOT NULL CHECK (name <> ''),
    filter jsonb, -- null: everybody
    columns text[] NOT NULL,
    sort text NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX people_view_name ON people_view (account_id, lower(name));

-- When something last happened between us and a contact: folded from messages and texts a minute after them, so that
-- no filter ever reads messages to know (audiences/engagement.py). No row: nothing ever did.
CREATE TABLE engagement (
    contact_id uuid PRIMARY KEY REFERENCES contact ON DELETE CASCADE,
    sent_at timestamptz, -- a carrier took a message to them
    delivered_at timestamptz,
    replied_at timestamptz -- they wrote to us
) WITH (fillfactor = 80);
-- How far that is: 'message' and 'text', the last id that was read of each.
CREATE TABLE engagement_read (
    what text PRIMARY KEY CHECK (what IN ('message', 'text')),
    last_id uuid NOT NULL
);
-- Messages that were read before their end was known, and when to look at them again.
CREATE TABLE engagement_open (
    message_id uuid PRIMARY KEY,
    look_at timestamptz NOT NULL
);
CREATE INDEX engagement_open_look_at ON engagement_open (look_at);

-- What was done to many people at once, so that it can be undone for some days: to exactly those whom it changed.
CREATE TABLE people_deed (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    what text NOT NULL,
    value text NOT NULL, -- a tag, or the id of a list
    people integer NOT NULL DEFAULT 0,
    done_by text NOT NULL,
    done_at timestamptz NOT NULL,
    undone_at timestamptz
);
CREATE INDEX people_deed_account ON people_deed (account_id, id);
CREATE INDEX people_deed_done_at ON people_deed (done_at);
CREATE TABLE people_deed_person (
    deed_id uuid NOT NULL REFERENCES people_deed ON DELETE CASCADE,
    contact_id uuid NOT NULL,
    PRIMARY KEY (deed_id, contact_id)
);
