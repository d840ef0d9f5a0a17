-- The hot path. `message` is wide and has no index on a column that changes; the work to do lives in narrow tables
-- beside it, whose rows go away when the work is done. docs/decisions/0007 and 0008 say why.

CREATE TYPE message_state AS ENUM (
    'scheduled', 'queued', 'submitting', 'submitted', 'delivered', 'undelivered',
    'expired', 'rejected', 'failed', 'cancelled', 'skipped', 'unknown'
);
CREATE TYPE message_class AS ENUM ('otp', 'transactional', 'marketing');
CREATE TYPE message_encoding AS ENUM ('gsm0338', 'ucs2');

CREATE TABLE message (
    id uuid NOT NULL,
    account_id uuid NOT NULL,
    campaign_id uuid,
    contact_id uuid,
    connector_id uuid,
    posting_id uuid, -- the charge; null only for skipped messages
    refund_id uuid, -- the refund, if one was due
    price bigint NOT NULL, -- micro-credits, all segments
    accepted_at timestamptz NOT NULL,
    claimed_at timestamptz,
    submitted_at timestamptz,
    finished_at timestamptz,
    state message_state NOT NULL,
    version smallint NOT NULL DEFAULT 0, -- every move adds one: writers compare it, so no move is lost
    attempts smallint NOT NULL DEFAULT 0,
    segments smallint NOT NULL,
    class message_class NOT NULL,
    encoding message_encoding NOT NULL,
    part_states message_state[], -- of messages with several parts: what each part's receipt said
    reason text, -- why it is in this state, as a stable code
    error text, -- the carrier's own code
    country text NOT NULL,
    src text NOT NULL,
    dst text NOT NULL,
    client_ref text,
    body text NOT NULL,
    PRIMARY KEY (id),
    CHECK ((posting_id IS NULL) = (state = 'skipped')),
    CHECK (refund_id IS NULL OR posting_id IS NOT NULL)
) PARTITION BY RANGE (id);
CREATE INDEX message_account ON message (account_id, id);
CREATE INDEX message_campaign ON message (campaign_id, id) WHERE campaign_id IS NOT NULL;

-- Messages that wait for room on a link: `queued`, and exactly these. `share` spreads accounts inside a lane.
CREATE TABLE queue (
    connector_id uuid NOT NULL,
    lane smallint NOT NULL, -- 0 otp, 1 transactional, 2 marketing
    share smallint NOT NULL,
    id uuid NOT NULL,
    campaign_id uuid,
    segments smallint NOT NULL,
    PRIMARY KEY (connector_id, lane, share, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX queue_campaign ON queue (campaign_id) WHERE campaign_id IS NOT NULL;

-- Queued messages that no link may take now: their campaign is paused (until is null), or the carrier asked for time.
CREATE TABLE held (
    id uuid PRIMARY KEY,
    connector_id uuid NOT NULL,
    lane smallint NOT NULL,
    share smallint NOT NULL,
    campaign_id uuid,
    segments smallint NOT NULL,
    until timestamptz
);
CREATE INDEX held_due ON held (until) WHERE until IS NOT NULL;
CREATE INDEX held_campaign ON held (campaign_id) WHERE campaign_id IS NOT NULL;

-- Campaigns whose messages may not go out: requeued messages of theirs go to `held`.
CREATE TABLE paused_campaign (
    campaign_id uuid PRIMARY KEY
);

-- Messages whose bytes may be on the wire (`submitting`), and those nobody can say about (`unknown`).
CREATE TABLE flight (
    id uuid PRIMARY KEY,
    connector_id uuid NOT NULL,
    dispatcher_id integer NOT NULL,
    is_unknown boolean NOT NULL DEFAULT false
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
        autovacuum_vacuum_cost_delay = 0);
CREATE INDEX flight_dispatcher ON flight (dispatcher_id) WHERE NOT is_unknown;
CREATE INDEX flight_unknown ON flight (connector_id, id) WHERE is_unknown;

-- The carrier's ids, canonical (lower case, no leading zeros). A carrier may use an id twice over the years.
CREATE TABLE submission (
    connector_id uuid NOT NULL,
    provider_id text NOT NULL,
    message_id uuid NOT NULL,
    part smallint NOT NULL,
    PRIMARY KEY (connector_id, provider_id, message_id, part)
);

-- Receipts that came before our record of the id, or for an id we never saw.
CREATE TABLE orphan_receipt (
    id uuid PRIMARY KEY,
    connector_id uuid NOT NULL,
    provider_id text NOT NULL,
    src text NOT NULL,
    dst text NOT NULL,
    outcome text NOT NULL,
    error text NOT NULL,
    head text NOT NULL, -- the first characters of our text, where the carrier repeats them
    arrived_at timestamptz NOT NULL
);
CREATE INDEX orphan_receipt_id ON orphan_receipt (connector_id, provider_id);

-- What happened to a message besides the moves its own row tells: refusals, receipts, doubts. Insert only.
CREATE TABLE message_event (
    message_id uuid NOT NULL,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    part smallint NOT NULL,
    detail text NOT NULL
);
CREATE INDEX message_event_message ON message_event (message_id, at);

-- Counts as a log: a transaction that moves messages adds its sums here. Old rows are folded, never changed.
CREATE TABLE progress (
    at timestamptz NOT NULL,
    account_id uuid NOT NULL,
    campaign_id uuid,
    state message_state NOT NULL,
    n integer NOT NULL,
    amount bigint NOT NULL
);
CREATE INDEX progress_account ON progress (account_id, campaign_id, at);

CREATE TABLE idempotency (
    account_id uuid NOT NULL REFERENCES account,
    endpoint text NOT NULL, -- method and path
    key text NOT NULL,
    body_hash bytea NOT NULL,
    status smallint NOT NULL,
    response bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, endpoint, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- Texts that people sent to us (R66).
CREATE TABLE inbound_text (
    id uuid PRIMARY KEY,
    account_id uuid REFERENCES account, -- null: sent to an address nobody has
    connector_id uuid NOT NULL,
    src text NOT NULL,
    dst text NOT NULL,
    body text NOT NULL,
    encoding message_encoding NOT NULL,
    posting_id uuid,
    received_at timestamptz NOT NULL
);
CREATE INDEX inbound_text_account ON inbound_text (account_id, id);
CREATE INDEX inbound_text_src ON inbound_text (account_id, src, id);
