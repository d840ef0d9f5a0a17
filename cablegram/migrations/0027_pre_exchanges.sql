-- Each request and answer between us and a provider, secrets taken out; kept for a set time.
CREATE TABLE exchange (
    id uuid PRIMARY KEY,
    connector_id uuid NOT NULL REFERENCES connector ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('send', 'test', 'callback', 'login')),
    at timestamptz NOT NULL,
    took_ms integer NOT NULL CHECK (took_ms >= 0),
    message_ids uuid[] NOT NULL, -- of a callback: those that were found for it
    method text NOT NULL,
    url text NOT NULL,
    request text NOT NULL, -- headers and body, as far as they are kept
    status smallint, -- of the answer; null: there was none
    answer text NOT NULL,
    verdict text NOT NULL -- what we made of it, in a word
);
CREATE INDEX exchange_connector ON exchange (connector_id, at);

-- What a provider has told us once and may tell again: ids of texts, nonces of signatures. Kept for a few days.
CREATE TABLE callback_seen (
    connector_id uuid NOT NULL REFERENCES connector ON DELETE CASCADE,
    key text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (connector_id, key)
);
CREATE INDEX callback_seen_at ON callback_seen (at);

-- What a receipt that waits for its message said in the provider's own words, and what kind of trouble it tells of.
ALTER TABLE orphan_receipt
    ADD COLUMN words text, -- null: from before they were kept
    ADD COLUMN trouble text;

-- Pictures that came with a text, where the provider keeps them.
ALTER TABLE inbound_text ADD COLUMN media_urls text[];

-- A link over HTTP has two more states: its provider gives no token, or refuses our whole account.
ALTER TABLE link
    DROP CONSTRAINT link_state_check,
    ADD CONSTRAINT link_state_check CHECK (state IN (
        'connecting', 'binding', 'bound', 'throttled', 'refused', 'login_failed', 'paused', 'down', 'stopped'
    ));
