-- Ways out: connectors (a carrier's login), their living links, and the senders an account may use.

CREATE TABLE connector (
    id uuid PRIMARY KEY,
    account_id uuid REFERENCES account, -- null: the operator's, open to every account
    kind text NOT NULL CHECK (kind IN ('smpp')),
    name text NOT NULL CHECK (name <> ''),
    settings jsonb NOT NULL,
    sealed_secret bytea, -- the password, sealed with the installation's key
    is_simulated boolean NOT NULL,
    is_enabled boolean NOT NULL,
    -- How ids in receipts are written beside those in responses; learned from the first receipts.
    receipt_id_form text NOT NULL DEFAULT 'unknown'
        CHECK (receipt_id_form IN ('unknown', 'same', 'hex_then_decimal', 'decimal_then_hex')),
    created_at timestamptz NOT NULL,
    revision bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX connector_name ON connector (coalesce(account_id, '00000000-0000-0000-0000-000000000000'), lower(name));

-- A process that dispatches holds the advisory lock (7411, id) as long as its database session lives.
CREATE TABLE dispatcher (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at timestamptz NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL
);

-- What each link is doing, for people to see; written when it changes.
CREATE TABLE link (
    connector_id uuid NOT NULL REFERENCES connector ON DELETE CASCADE,
    number smallint NOT NULL,
    dispatcher_id integer NOT NULL,
    state text NOT NULL CHECK (state IN ('connecting', 'binding', 'bound', 'throttled', 'refused', 'down', 'stopped')),
    detail text NOT NULL DEFAULT '',
    since timestamptz NOT NULL,
    PRIMARY KEY (connector_id, number)
);

CREATE TABLE sender (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    address text NOT NULL, -- digits, or up to 11 letters, digits and spaces
    connector_id uuid REFERENCES connector, -- null: any connector the account may use
    is_default boolean NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX sender_address ON sender (account_id, lower(address));
CREATE UNIQUE INDEX sender_default ON sender (account_id) WHERE is_default;
CREATE INDEX sender_by_address ON sender (lower(address));
