-- News: events know which of their readers has taken them, moves of messages are told to who listens, and customers'
-- servers hear of both.

-- Each reader takes each event once, in whatever order commits come. What happened before counts as taken; the default
-- is only for those rows and costs no rewrite.
ALTER TABLE event ADD COLUMN webhooks_at timestamptz DEFAULT 'epoch', ADD COLUMN alerts_at timestamptz DEFAULT 'epoch';
ALTER TABLE event ALTER COLUMN webhooks_at DROP DEFAULT, ALTER COLUMN alerts_at DROP DEFAULT;
CREATE INDEX event_for_webhooks ON event (id) WHERE webhooks_at IS NULL;
CREATE INDEX event_for_alerts ON event (id) WHERE alerts_at IS NULL;

-- Accounts whose news somebody outside wants, and of messages the states that they want to hear of. Nothing is written
-- for others.
CREATE TABLE listened (
    account_id uuid PRIMARY KEY REFERENCES account,
    states message_state[] NOT NULL
);

-- One row for all messages of an account that one transaction moved to one state; deleted by who passes it on.
CREATE TABLE message_news (
    account_id uuid NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL,
    state message_state NOT NULL,
    message_ids uuid[] NOT NULL,
    reasons text[], -- as long as message_ids; null: none of them has one
    errors text[],
    PRIMARY KEY (account_id, id), -- so the oldest of each account is found, however much another has
    CHECK (coalesce(cardinality(reasons), cardinality(message_ids)) = cardinality(message_ids)),
    CHECK (coalesce(cardinality(errors), cardinality(message_ids)) = cardinality(message_ids))
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);

-- Where an account wants its news sent.
CREATE TABLE webhook_endpoint (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    transport text NOT NULL CHECK (transport IN ('http', 'sns', 'stream')),
    form text NOT NULL CHECK (form IN ('standard', 'notification')),
    name text NOT NULL,
    url text NOT NULL, -- of SNS the address of the service, of a stream nothing
    topic text NOT NULL DEFAULT '', -- of SNS: its ARN
    kinds text[] NOT NULL, -- what it hears of; `campaign.*` is a pattern
    secret bytea NOT NULL, -- sealed
    old_secret bytea, -- sealed: signs as well until `old_until`
    old_until timestamptz,
    is_enabled boolean NOT NULL,
    off_reason text NOT NULL DEFAULT '', -- `by_hand`, `gone` or `failing`
    off_at timestamptz,
    is_callback boolean NOT NULL DEFAULT false, -- the account's `callback_url` (R152)
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CHECK (is_enabled = (off_at IS NULL)),
    CHECK ((old_secret IS NULL) = (old_until IS NULL))
);
CREATE INDEX webhook_endpoint_account ON webhook_endpoint (account_id, id);
CREATE UNIQUE INDEX webhook_endpoint_callback ON webhook_endpoint (account_id) WHERE is_callback;

-- What changes of an endpoint all the time. `worker` alone sends to it; whose session is gone has lost it.
CREATE TABLE webhook_line (
    endpoint_id uuid PRIMARY KEY REFERENCES webhook_endpoint ON DELETE CASCADE,
    sequence bigint NOT NULL DEFAULT 0,
    worker integer,
    failing_since timestamptz, -- since when no attempt succeeded, while some failed
    last_ok_at timestamptz,
    heard_at timestamptz -- of a stream: when somebody last listened
) WITH (fillfactor = 50);
CREATE SEQUENCE webhook_worker AS integer CYCLE;

-- What an endpoint is to hear. Insert only, but for who asks to be forgotten: where it stands is told by the two narrow
-- tables below.
CREATE TABLE webhook_event (
    id uuid PRIMARY KEY, -- the webhook-id of all its attempts
    endpoint_id uuid NOT NULL,
    account_id uuid NOT NULL,
    sequence bigint NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    subject uuid,
    data text NOT NULL -- JSON, as it is sent
) WITH (autovacuum_vacuum_insert_scale_factor = 0.5);
CREATE UNIQUE INDEX webhook_event_line ON webhook_event (endpoint_id, sequence);
CREATE INDEX webhook_event_subject ON webhook_event (subject) WHERE subject IS NOT NULL;
-- For whoever asks to be forgotten: all of an account but what tells of messages, which are found by their subject.
CREATE INDEX webhook_event_rest ON webhook_event (account_id) WHERE NOT starts_with(kind, 'message.');

-- What waits to be sent, and since when it may be.
CREATE TABLE webhook_queue (
    endpoint_id uuid NOT NULL,
    next_at timestamptz NOT NULL,
    id uuid NOT NULL,
    tries smallint NOT NULL,
    PRIMARY KEY (endpoint_id, next_at, id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX webhook_queue_id ON webhook_queue (id);

-- What was given up, or came while its endpoint was off: kept to be sent again when somebody asks for it.
CREATE TABLE webhook_missed (
    endpoint_id uuid NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (endpoint_id, id)
);

-- Each attempt. Insert only, as above.
CREATE TABLE webhook_attempt (
    delivery_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    at timestamptz NOT NULL,
    try smallint NOT NULL,
    is_ok boolean NOT NULL,
    status smallint, -- null: no answer
    milliseconds integer NOT NULL,
    answer text NOT NULL, -- its beginning
    error text NOT NULL
) WITH (autovacuum_vacuum_insert_scale_factor = 0.5);
CREATE INDEX webhook_attempt_delivery ON webhook_attempt (delivery_id, at);
CREATE INDEX webhook_attempt_age ON webhook_attempt USING brin (at);

-- How an endpoint fares, an hour a row.
CREATE TABLE webhook_pulse (
    endpoint_id uuid NOT NULL,
    hour timestamptz NOT NULL,
    taken integer NOT NULL,
    failed integer NOT NULL,
    PRIMARY KEY (endpoint_id, hour)
);
