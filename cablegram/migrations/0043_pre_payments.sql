-- Payments: cards at the processor, recharges, refunds and disputes, receipts, and buying credits by itself.

-- Who an account is at the processor. Made with its first card.
CREATE TABLE payment_customer (
    account_id uuid PRIMARY KEY REFERENCES account,
    customer text NOT NULL UNIQUE,
    created_at timestamptz NOT NULL
);

-- What may be kept of a card: never its number, never its code. `method` is the processor's token.
CREATE TABLE card (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    method text NOT NULL UNIQUE,
    brand text NOT NULL,
    last4 text NOT NULL CHECK (last4 ~ '^[0-9]{4}$'),
    expires date NOT NULL, -- its last day
    name text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    city text NOT NULL DEFAULT '',
    state text NOT NULL DEFAULT '',
    zip text NOT NULL DEFAULT '',
    country text NOT NULL DEFAULT '',
    is_default boolean NOT NULL DEFAULT false,
    warned_days smallint, -- before which of its days to expiry somebody was told last: 30, then 7
    created_at timestamptz NOT NULL,
    removed_at timestamptz,
    CHECK (removed_at IS NULL OR NOT is_default)
);
CREATE INDEX card_account ON card (account_id, id);
CREATE UNIQUE INDEX card_default ON card (account_id) WHERE is_default;
CREATE INDEX card_expiring ON card (expires) WHERE removed_at IS NULL;

CREATE TABLE recharge (
    id uuid PRIMARY KEY, -- also the key under which the processor knows the payment, and the ledger's reference
    account_id uuid NOT NULL REFERENCES account,
    processor text NOT NULL CHECK (processor IN ('stripe', 'manual')),
    card_id uuid REFERENCES card,
    credits bigint NOT NULL CHECK (credits > 0), -- micro-credits
    amount bigint NOT NULL CHECK (amount >= 0), -- in the currency's smallest unit
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    state text NOT NULL
        CHECK (state IN ('started', 'needs_action', 'unknown', 'paid', 'failed', 'refunded', 'disputed')),
    reason text NOT NULL DEFAULT '', -- a code of ours or the processor's: why it failed, or is in question
    explained text NOT NULL DEFAULT '', -- the same, for people
    intent text UNIQUE, -- the payment at the processor: on disk before it may take money
    is_asked boolean NOT NULL DEFAULT false, -- the processor may have been asked to take the money
    action_url text, -- where the card's holder confirms it
    key text, -- the caller's idempotency key
    is_auto boolean NOT NULL DEFAULT false,
    crossing uuid, -- all tries for one fall of the balance
    reference text NOT NULL DEFAULT '', -- of a payment that was made elsewhere: a bank's, an invoice's
    note text NOT NULL DEFAULT '',
    started_by text NOT NULL,
    created_at timestamptz NOT NULL,
    settled_at timestamptz,
    look_at timestamptz, -- when the processor is asked next what became of it
    looks integer NOT NULL DEFAULT 0,
    returned bigint NOT NULL DEFAULT 0 CHECK (returned BETWEEN 0 AND amount), -- refunded or in dispute
    CHECK ((state IN ('started', 'needs_action', 'unknown')) = (settled_at IS NULL)),
    CHECK (processor = 'stripe' OR card_id IS NULL)
);
CREATE INDEX recharge_account ON recharge (account_id, id);
CREATE INDEX recharge_look ON recharge (look_at) WHERE look_at IS NOT NULL;
CREATE UNIQUE INDEX recharge_key ON recharge (account_id, key) WHERE key IS NOT NULL;
CREATE INDEX recharge_crossing ON recharge (crossing) WHERE crossing IS NOT NULL;
-- One at a time, whatever else goes wrong.
CREATE UNIQUE INDEX recharge_auto ON recharge (account_id)
    WHERE is_auto AND state IN ('started', 'needs_action', 'unknown');
-- A transfer that is entered twice is credited once.
CREATE UNIQUE INDEX recharge_reference ON recharge (account_id, reference)
    WHERE processor = 'manual' AND reference <> '';

-- Money that goes back: what the operator refunds, what a bank takes back in a dispute.
CREATE TABLE payment_return (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    recharge_id uuid NOT NULL REFERENCES recharge,
    kind text NOT NULL CHECK (kind IN ('refund', 'dispute')),
    foreign_id text UNIQUE, -- the processor's; null until it has said it
    amount bigint NOT NULL CHECK (amount > 0),
    credits bigint NOT NULL CHECK (credits >= 0), -- micro-credits that were taken out
    state text NOT NULL CHECK (state IN ('started', 'taken', 'given_back', 'failed')),
    note text NOT NULL DEFAULT '',
    started_by text NOT NULL,
    created_at timestamptz NOT NULL,
    settled_at timestamptz,
    look_at timestamptz,
    CHECK ((state = 'started') = (settled_at IS NULL))
);
CREATE INDEX payment_return_recharge ON payment_return (recharge_id);
CREATE INDEX payment_return_look ON payment_return (look_at) WHERE look_at IS NOT NULL;
-- A second press of the button waits for the first.
CREATE UNIQUE INDEX payment_return_at_work ON payment_return (recharge_id) WHERE state = 'started';

-- Calls of the processor that were taken in: each once.
CREATE TABLE payment_event (
    id text PRIMARY KEY,
    kind text NOT NULL,
    taken_at timestamptz NOT NULL
);
CREATE INDEX payment_event_taken ON payment_event (taken_at);

-- Buying credits by itself, when the balance falls below a line (R25).
CREATE TABLE auto_recharge (
    account_id uuid PRIMARY KEY REFERENCES account,
    is_enabled boolean NOT NULL,
    below bigint NOT NULL, -- micro-credits
    credits bigint CHECK (credits > 0), -- what is bought, in micro-credits ...
    money bigint CHECK (money > 0), -- ... or for how much, in the currency's smallest unit
    most_a_day bigint CHECK (most_a_day > 0), -- money, in the same unit; null: no limit
    most_a_month bigint CHECK (most_a_month > 0),
    is_armed boolean NOT NULL DEFAULT true, -- a fall below the line buys; then not, until the balance stands above it
    crossing uuid, -- the fall that is being dealt with
    failures integer NOT NULL DEFAULT 0, -- falls in a row for which no card paid
    retry_at timestamptz, -- not before
    trouble text NOT NULL DEFAULT '', -- why the last one failed, for people
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL,
    CHECK ((credits IS NULL) <> (money IS NULL))
);
CREATE INDEX auto_recharge_enabled ON auto_recharge (account_id) WHERE is_enabled;

-- Who buys, as it stands on receipts, and who sells.
CREATE TABLE payer (
    account_id uuid PRIMARY KEY REFERENCES account,
    name text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '', -- in lines
    tax_id text NOT NULL DEFAULT '',
    receipts_to text NOT NULL DEFAULT '' -- an e-mail address; empty: receipts stay in the panel
);
CREATE TABLE seller (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    name text NOT NULL DEFAULT '',
    address text NOT NULL DEFAULT '',
    tax_id text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '', -- about taxes, below the sum
    how_to_pay text NOT NULL DEFAULT '' -- where no cards are taken: what an account does to get credits
);
INSERT INTO seller DEFAULT VALUES;

-- Receipts and credit notes, numbered without a gap; what stood on one when it was made stays.
CREATE TABLE receipt_number (
    year integer PRIMARY KEY,
    last integer NOT NULL
);
CREATE TABLE receipt (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    number text NOT NULL UNIQUE,
    kind text NOT NULL CHECK (kind IN ('receipt', 'credit_note')),
    recharge_id uuid NOT NULL REFERENCES recharge,
    return_id uuid UNIQUE REFERENCES payment_return,
    at timestamptz NOT NULL,
    facts jsonb NOT NULL,
    CHECK ((kind = 'credit_note') = (return_id IS NOT NULL))
);
CREATE INDEX receipt_account ON receipt (account_id, id);
CREATE UNIQUE INDEX receipt_recharge ON receipt (recharge_id) WHERE kind = 'receipt';
