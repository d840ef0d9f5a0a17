-- Who: accounts, the people who log in, the keys that call, and the news that every other room writes.

CREATE TABLE account (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    default_country text NOT NULL CHECK (length(default_country) = 2),
    -- false: only senders granted to the account may stand in `from` (R49); true: the operator trusts it with any.
    open_senders boolean NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX account_name ON account (lower(name));

CREATE TABLE app_user (
    id uuid PRIMARY KEY,
    login text NOT NULL CHECK (login <> ''),
    display_name text NOT NULL,
    -- argon2id; null until the person has chosen a password (one-time login).
    password_hash text,
    is_operator boolean NOT NULL,
    theme text NOT NULL DEFAULT 'system' CHECK (theme IN ('system', 'paper', 'ink')),
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX app_user_login ON app_user (lower(login));

CREATE TABLE membership (
    user_id uuid NOT NULL REFERENCES app_user,
    account_id uuid NOT NULL REFERENCES account,
    role text NOT NULL CHECK (role IN ('owner', 'developer', 'marketer')),
    PRIMARY KEY (user_id, account_id)
);

-- Keys and tokens are random and long, so a plain SHA-256 of them is enough at rest; only passwords need argon2.
CREATE TABLE api_key (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    name text NOT NULL,
    hint text NOT NULL, -- the first characters, to tell keys apart on a screen
    hash bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX api_key_account ON api_key (account_id, id);

CREATE TABLE session (
    hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES app_user,
    account_id uuid REFERENCES account,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_of_user ON session (user_id);

CREATE TABLE one_time_login (
    hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES app_user,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);

-- The outbox of news: a lower room writes, higher rooms read. Never one row a message: one a batch or a deed.
CREATE TABLE event (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    account_id uuid REFERENCES account,
    kind text NOT NULL,
    subject uuid,
    data jsonb NOT NULL
);
CREATE INDEX event_account ON event (account_id, id);
CREATE INDEX event_subject ON event (subject, id) WHERE subject IS NOT NULL;

-- What the installation itself remembers, such as the id of the simulated connector: one row a name.
CREATE TABLE installation (
    name text PRIMARY KEY,
    value jsonb NOT NULL
);
