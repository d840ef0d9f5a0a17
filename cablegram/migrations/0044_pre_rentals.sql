-- Numbers that the operator has to give, what they cost, who rents them; plans with a monthly fee; reports of spam.

-- What a number costs by country and type (R27), micro-credits; a row with an account is that account's exception.
CREATE TABLE number_price (
    country text NOT NULL CHECK (country ~ '^[A-Z0-9]{2,3}$'),
    number_type text NOT NULL CHECK (number_type IN ('local', 'national', 'mobile', 'toll_free')),
    account_id uuid REFERENCES account,
    setup bigint NOT NULL CHECK (setup >= 0),
    monthly bigint NOT NULL CHECK (monthly >= 0),
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (country, number_type, account_id)
);
CREATE INDEX number_price_account ON number_price (account_id) WHERE account_id IS NOT NULL;

-- The operator's numbers. One that was bought at a provider for an account stays here when the account gives it back.
CREATE TABLE stock_number (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE CHECK (number ~ '^[1-9][0-9]{7,14}$'), -- E.164 digits without the plus
    country text NOT NULL,
    number_type text NOT NULL CHECK (number_type IN ('local', 'national', 'mobile', 'toll_free')),
    capabilities text[] NOT NULL DEFAULT '{sms}',
    connector_id uuid REFERENCES connector ON DELETE SET NULL, -- that carries it; null: any
    is_bought boolean NOT NULL DEFAULT false, -- at the connector's provider, where it can be given back
    setup bigint CHECK (setup >= 0), -- a price of its own; null: that of its country and type
    monthly bigint CHECK (monthly >= 0),
    state text NOT NULL CHECK (state IN ('free', 'rented', 'resting', 'leaving')), -- leaving: being given back there
    rests_until timestamptz, -- nobody may rent it before, for people still write to who had it
    missed integer NOT NULL DEFAULT 0, -- texts that came meanwhile and were nobody's
    note text NOT NULL DEFAULT '',
    added_at timestamptz NOT NULL,
    CHECK ((setup IS NULL) = (monthly IS NULL))
);
CREATE INDEX stock_number_free ON stock_number (country, number_type, number) WHERE state = 'free';
CREATE INDEX stock_number_resting ON stock_number (rests_until) WHERE state = 'resting';

-- One line for each time that an account rents a number. Charges are named by the rental and the period, so that none
-- can be posted twice. `buying` is claimed on disk before a provider is asked to sell.
CREATE TABLE rental (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    stock_id uuid REFERENCES stock_number ON DELETE SET NULL, -- null: it ended, and the number left the stock since
    number text NOT NULL,
    country text NOT NULL,
    number_type text NOT NULL,
    sender_id uuid, -- the account's sender; null while it is being bought
    state text NOT NULL CHECK (state IN ('buying', 'active', 'unpaid', 'suspended', 'ended', 'refused')),
    setup bigint NOT NULL,
    monthly bigint NOT NULL,
    began_at timestamptz NOT NULL, -- periods are whole months from here, by UTC
    period integer NOT NULL CHECK (period >= 0), -- periods that are paid
    next_at timestamptz, -- when to look at it again: a charge, a try, the end; null: never
    grace_until timestamptz, -- unpaid: then it is suspended; suspended: then it is taken back
    ends_at timestamptz, -- its account wants it no longer than that
    asked integer NOT NULL DEFAULT 0, -- how often the provider was asked whether it was bought
    denied integer NOT NULL DEFAULT 0, -- and how often it said no
    bought_by text NOT NULL,
    ended_at timestamptz,
    ended_why text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX rental_of_number ON rental (stock_id) WHERE state NOT IN ('ended', 'refused');
CREATE INDEX rental_account ON rental (account_id, id);
CREATE INDEX rental_number ON rental (account_id, number);
CREATE INDEX rental_unpaid ON rental (account_id) WHERE state IN ('unpaid', 'suspended');
CREATE INDEX rental_sender ON rental (sender_id) WHERE sender_id IS NOT NULL;
CREATE INDEX rental_due ON rental (next_at) WHERE next_at IS NOT NULL;

-- A sender that is rented goes by giving the number back; one whose rent is long unpaid sends nothing.
ALTER TABLE sender
    ADD COLUMN rental_id uuid,
    ADD COLUMN suspended_at timestamptz;

-- Whether a provider that sells numbers answers, for all processes (connectors/breaker.py).
CREATE TABLE number_shop (
    connector_id uuid PRIMARY KEY REFERENCES connector ON DELETE CASCADE,
    is_closed boolean NOT NULL,
    failures integer NOT NULL,
    wait double precision NOT NULL,
    since double precision NOT NULL,
    until double precision NOT NULL
);

-- What is said with providers about numbers is kept as what is said about messages. Rows that are there fit.
ALTER TABLE exchange
    DROP CONSTRAINT exchange_kind_check,
    ADD CONSTRAINT exchange_kind_check CHECK (kind IN ('send', 'test', 'callback', 'login', 'numbers')) NOT VALID;

-- R63: somebody calls a text from a number spam.
CREATE TABLE spam_report (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    sender_id uuid NOT NULL,
    number text NOT NULL,
    source text NOT NULL, -- who says so
    reported_by text NOT NULL DEFAULT '', -- the phone that got it, where that is told
    note text NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    by text NOT NULL -- who wrote it down
);
CREATE INDEX spam_report_sender ON spam_report (account_id, sender_id, id);

-- Plans (R28). Accounts without a row of their own are on `free`.
CREATE TABLE plan (
    code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_-]{0,31}$'),
    name text NOT NULL CHECK (name <> ''),
    about text NOT NULL DEFAULT '',
    fee bigint NOT NULL CHECK (fee >= 0), -- micro-credits a month
    is_offered boolean NOT NULL DEFAULT true, -- accounts may choose it themselves
    changed_at timestamptz NOT NULL
);
INSERT INTO plan (code, name, about, fee, changed_at) VALUES ('free', 'Free', 'No monthly fee.', 0, now());

CREATE TABLE account_plan (
    account_id uuid PRIMARY KEY REFERENCES account,
    plan_code text NOT NULL REFERENCES plan,
    next_code text REFERENCES plan, -- from the next month on
    began_at timestamptz NOT NULL, -- months are counted from here, by UTC
    period integer NOT NULL CHECK (period >= 0), -- months that are paid
    paid bigint NOT NULL DEFAULT 0, -- the fee of the last of them
    next_at timestamptz, -- when to look at it again; null: there is no fee
    grace_until timestamptz, -- unpaid; then it falls back to `free`
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL
);
CREATE INDEX account_plan_due ON account_plan (next_at) WHERE next_at IS NOT NULL;
