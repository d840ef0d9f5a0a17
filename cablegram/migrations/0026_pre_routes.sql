-- Rules of routing, whether each connector is to be left alone for now, and how well each does in each country.

CREATE TABLE route (
    id uuid PRIMARY KEY,
    account_id uuid REFERENCES account, -- whose connectors it chooses from; null: the operator's
    position integer NOT NULL, -- the first rule that fits a message counts
    name text NOT NULL CHECK (name <> ''),
    is_enabled boolean NOT NULL,
    -- What it is about. A list that is empty asks for nothing; a number fits by its prefix or by its country.
    prefixes text[] NOT NULL,
    countries text[] NOT NULL,
    senders text[] NOT NULL,
    classes text[] NOT NULL,
    accounts uuid[] NOT NULL,
    strategy text NOT NULL CHECK (strategy IN ('in_order', 'by_weight', 'least_cost')),
    created_at timestamptz NOT NULL,
    CHECK (account_id IS NULL OR accounts = '{}')
);

CREATE TABLE route_connector (
    route_id uuid NOT NULL REFERENCES route ON DELETE CASCADE,
    connector_id uuid NOT NULL REFERENCES connector ON DELETE CASCADE,
    place smallint NOT NULL,
    weight integer NOT NULL CHECK (weight > 0),
    cost bigint CHECK (cost >= 0), -- micro-credits a segment that whoever has the connector pays for it
    least_accepted smallint CHECK (least_accepted BETWEEN 1 AND 100), -- percent; null: however few
    least_delivered smallint CHECK (least_delivered BETWEEN 1 AND 100),
    PRIMARY KEY (route_id, connector_id)
);

-- In which countries a connector of a rule falls short of what the rule asks of it.
CREATE TABLE route_unfit (
    route_id uuid NOT NULL,
    connector_id uuid NOT NULL,
    country text NOT NULL,
    since timestamptz NOT NULL,
    PRIMARY KEY (route_id, connector_id, country),
    FOREIGN KEY (route_id, connector_id) REFERENCES route_connector ON DELETE CASCADE
);

-- One row. Processes that keep the rules in memory compare the revision, which is another one after each change; null: there
-- is nothing to know.
CREATE TABLE routing (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    revision uuid,
    fails_over boolean NOT NULL DEFAULT false, -- whether messages that fit no rule leave a connector that is away
    patience_seconds integer NOT NULL DEFAULT 30 CHECK (patience_seconds BETWEEN 1 AND 3600),
    rest_seconds integer NOT NULL DEFAULT 60 CHECK (rest_seconds BETWEEN 1 AND 3600)
);
INSERT INTO routing DEFAULT VALUES;

-- Since when new messages choose another connector where there is one; null: it is not away.
ALTER TABLE connector ADD COLUMN away_since timestamptz;

-- What was seen of a connector that is away, or may be soon: a connector without a row is in order.
CREATE TABLE connector_standing (
    connector_id uuid PRIMARY KEY REFERENCES connector ON DELETE CASCADE,
    bad_since timestamptz, -- of one that is not away
    good_since timestamptz, -- of one that is
    falls smallint NOT NULL, -- how often it went away lately: each time it has to rest for longer
    returned_at timestamptz,
    why text NOT NULL
);

-- How messages fared, by the minute in which they were accepted; a minute is counted again as its receipts come in.
CREATE TABLE route_health (
    connector_id uuid NOT NULL,
    country text NOT NULL,
    at timestamptz NOT NULL,
    answered integer NOT NULL, -- the gateway took or refused them
    accepted integer NOT NULL, -- it took them
    due integer NOT NULL, -- of those: a receipt has come, or should have by now
    delivered integer NOT NULL,
    delays integer[] NOT NULL, -- how many receipts came in under 1, 2, 5, 10 ... seconds (health.py)
    PRIMARY KEY (at, connector_id, country)
);

-- A message over an account's own gateway may cost nothing, and so goes also where the balance is below nothing, as texts
-- that came in can make it.
ALTER TABLE posting
    DROP CONSTRAINT posting_check,
    ADD CONSTRAINT posting_charge CHECK (kind <> 'charge' OR (amount <= 0 AND (balance_after >= 0 OR amount = 0)));
