-- What an account keeps of people: fields with types, tags, whom it was told to forget, and forms on its web pages.

-- What stands in contact.variables under this name, and how it is written there (contacts/values.py). The fields that
-- every account has (R142) are no rows. A variable without a field is a text.
CREATE TABLE contact_field (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    name text NOT NULL CHECK (name <> ''),
    label text NOT NULL CHECK (label <> ''),
    type text NOT NULL CHECK (type IN ('text', 'number', 'date', 'yes_no', 'choice')),
    choices text[] NOT NULL DEFAULT '{}',
    place integer NOT NULL, -- in their order on the record and in forms, from 1
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((type = 'choice') = (cardinality(choices) > 0))
);
CREATE UNIQUE INDEX contact_field_name ON contact_field (account_id, lower(name));

-- R144: what is recorded of people who become contacts and of whom nothing is said. No row: nothing is recorded.
CREATE TABLE contact_default (
    account_id uuid PRIMARY KEY REFERENCES account,
    subscription text NOT NULL CHECK (subscription IN ('subscribed', 'not_subscribed', 'none')),
    source text NOT NULL, -- where such people agreed, as the account tells it; never empty where they are subscribed
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL,
    CHECK (subscription <> 'subscribed' OR source <> '')
);

-- In order, each once. Most people have none, and cost nothing here: whoever looks for a tag says `tags <> '{}'` too.
ALTER TABLE contact ADD COLUMN tags text[] NOT NULL DEFAULT '{}';
CREATE INDEX contact_tags ON contact USING gin (tags) WHERE tags <> '{}';
CREATE TABLE contact_tag (
    account_id uuid NOT NULL REFERENCES account,
    name text NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, name)
);

-- L23: a number that we no longer know, and that asked for nothing more. sha256(salt || digits of E.164), nothing else:
-- docs/decisions/0043 says what that protects from, and what not.
CREATE TABLE suppression_salt (
    account_id uuid PRIMARY KEY REFERENCES account,
    salt bytea NOT NULL CHECK (octet_length(salt) = 32)
);
CREATE TABLE suppression (
    account_id uuid NOT NULL REFERENCES account,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    -- stopped: the person's own word put it on the blacklist, and another word of theirs may undo that. barred: the account
    -- did. Both get nothing at all; no_marketing gets what is transactional.
    standing text NOT NULL CHECK (standing IN ('no_marketing', 'stopped', 'barred')),
    why text NOT NULL CHECK (why IN ('erased', 'merged', 'replaced')),
    at timestamptz NOT NULL,
    PRIMARY KEY (account_id, hash)
);

-- Messages that were on the wire when their person was erased: what they say goes as soon as their end is known.
CREATE TABLE message_to_redact (
    message_id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    at timestamptz NOT NULL
);

-- R170: a form on a web page of the account, which sets a number and some fields.
CREATE TABLE website_tag (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    name text NOT NULL CHECK (name <> ''),
    token text NOT NULL UNIQUE, -- stands in the page, so it is no secret
    origins text[] NOT NULL, -- https://www.example.com: pages of these may send the form
    fields text[] NOT NULL, -- names of what else it may set
    tags text[] NOT NULL, -- that whoever fills it in gets
    words text NOT NULL, -- of consent, as the page shows them; empty: it says nothing of consent
    words_version integer NOT NULL DEFAULT 1,
    is_on boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX website_tag_name ON website_tag (account_id, lower(name));
-- How often a form was sent, by minute and by where from ('' from anywhere): a page's visitor types slowly.
CREATE TABLE website_tag_use (
    tag_id uuid NOT NULL REFERENCES website_tag ON DELETE CASCADE,
    minute timestamptz NOT NULL,
    origin text NOT NULL, -- a hash of the address
    n integer NOT NULL,
    PRIMARY KEY (tag_id, minute, origin)
);
