-- Reports over any time: messages and texts added up by the quarter of an hour and by the day, behind their way (decision
-- 0058). What is added up is counted once; what moves after that is told by whoever moves it, and corrected.

-- How far messages and texts are counted. One row, so that the statements on the way of a message read one page for it.
CREATE TABLE report_place (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    messages uuid NOT NULL, -- every message with a lower id is counted
    -- Who moves a message with a lower id says in report_correction what it was. Never below `messages`; what lies between
    -- is counted when no transaction is left that began before the line was drawn.
    line uuid NOT NULL,
    drawn_at timestamptz NOT NULL, -- when the line was drawn, by the database's clock
    texts uuid NOT NULL, -- every text with a lower id is counted
    counted_at timestamptz NOT NULL -- the last look: what moved until then is in the sums
) WITH (fillfactor = 20);
INSERT INTO report_place (messages, line, drawn_at, texts, counted_at)
SELECT nil, nil, now(), nil, 'epoch' FROM (SELECT '00000000-0000-0000-0000-000000000000'::uuid AS nil) AS none;

-- What messages were that are counted, each time before they move: of several rows of one, the first counts. Read and
-- deleted by who adds up.
CREATE TABLE report_correction (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    state message_state NOT NULL,
    connector_id uuid, -- where it changed; null: as it is now
    code text NOT NULL DEFAULT '',
    is_refunded boolean NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX report_correction_message ON report_correction (account_id, id);

-- The same of texts that came in: how many parts they had. 0: it was not there when others of its age were counted.
CREATE TABLE report_text_correction (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    parts smallint NOT NULL
);
CREATE INDEX report_text_correction_text ON report_text_correction (account_id, id);

-- Why a message did not arrive, as a code: the carrier's own where it gave one.
CREATE FUNCTION report_code(state message_state, error text, reason text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN state IN ('undelivered', 'expired', 'rejected', 'failed', 'cancelled', 'skipped')
        THEN coalesce(nullif(error, ''), reason, '') ELSE '' END;

-- Every zone's midnight falls on a quarter of an hour of UTC, an hour's does not.
CREATE TABLE report_quarter (
    account_id uuid NOT NULL,
    at timestamptz NOT NULL, -- the begin of the quarter in which it was accepted, or came in
    is_inbound boolean NOT NULL,
    country text NOT NULL,
    connector_id uuid NOT NULL, -- the nil id: none
    sender text NOT NULL, -- of a text that came in: the number it came to
    campaign_id uuid NOT NULL, -- the nil id: none
    class text NOT NULL,
    state text NOT NULL,
    code text NOT NULL,
    messages bigint NOT NULL,
    segments bigint NOT NULL, -- as gateways count them (R44)
    charged bigint NOT NULL, -- micro-credits
    refunded bigint NOT NULL,
    PRIMARY KEY (account_id, at, is_inbound, country, connector_id, sender, campaign_id, class, state, code)
) WITH (fillfactor = 80);

-- The same by day, as days are where the account counts them.
CREATE TABLE report_day (
    account_id uuid NOT NULL,
    day date NOT NULL,
    is_inbound boolean NOT NULL,
    country text NOT NULL,
    connector_id uuid NOT NULL,
    sender text NOT NULL,
    campaign_id uuid NOT NULL,
    class text NOT NULL,
    state text NOT NULL,
    code text NOT NULL,
    messages bigint NOT NULL,
    segments bigint NOT NULL,
    charged bigint NOT NULL,
    refunded bigint NOT NULL,
    PRIMARY KEY (account_id, day, is_inbound, country, connector_id, sender, campaign_id, class, state, code)
) WITH (fillfactor = 80);

-- How long messages took from the carrier's yes to the receipt that says delivered, as counts by steps (reports/delays.py).
CREATE TABLE report_delay (
    account_id uuid NOT NULL,
    day date NOT NULL,
    connector_id uuid NOT NULL,
    step smallint NOT NULL,
    messages bigint NOT NULL,
    PRIMARY KEY (account_id, day, connector_id, step)
) WITH (fillfactor = 80);

-- Where an account's days begin; no row: at midnight UTC.
CREATE TABLE report_zone (
    account_id uuid PRIMARY KEY REFERENCES account,
    zone text NOT NULL CHECK (zone <> ''),
    -- What was just chosen; null: `zone` is what days are counted by.
    wanted text CHECK (wanted <> '')
);

-- Reports that somebody keeps, and those that are mailed by themselves.
CREATE TABLE saved_report (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    name text NOT NULL CHECK (name <> ''),
    question jsonb NOT NULL, -- reports/model.py reads and writes it
    pace text CHECK (pace IN ('daily', 'weekly', 'monthly')), -- null: it is not mailed
    user_ids uuid[] NOT NULL DEFAULT '{}', -- who gets it
    next_at timestamptz, -- when it is mailed next
    last_at timestamptz,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK ((pace IS NULL) = (next_at IS NULL)),
    CHECK (pace IS NULL OR user_ids <> '{}')
);
CREATE UNIQUE INDEX saved_report_name ON saved_report (account_id, lower(name));
CREATE INDEX saved_report_due ON saved_report (next_at) WHERE next_at IS NOT NULL;
