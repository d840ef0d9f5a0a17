-- Double entry. A posting is a transfer between an account's credit and the one ledger that its kind names, so both sides
-- are one row and can't differ; what has other sides stands in the journal, where a deferred constraint adds them up.

-- The other side of a posting. What has none can't be posted.
CREATE FUNCTION other_side(kind text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE kind
        WHEN 'charge' THEN 'revenue' WHEN 'refund' THEN 'revenue' WHEN 'inbound' THEN 'revenue'
        WHEN 'number' THEN 'revenue' WHEN 'fee' THEN 'revenue' WHEN 'lookup' THEN 'revenue'
        WHEN 'adjustment' THEN 'revenue'
        WHEN 'recharge' THEN 'payment_clearing' WHEN 'chargeback' THEN 'payment_clearing'
        WHEN 'grant' THEN 'bonus' WHEN 'bonus' THEN 'bonus'
    END
$$;

ALTER TABLE posting
    ADD COLUMN reference text NOT NULL DEFAULT '', -- whose deed it is: a payment, a month's rent of a number; posted once
    DROP CONSTRAINT posting_kind_check,
    DROP CONSTRAINT posting_charge,
    DROP CONSTRAINT posting_check1,
    -- Those that have another side; in words, as a function would be read anew with every statement.
    ADD CONSTRAINT posting_kind CHECK (kind IN ('charge', 'refund', 'inbound', 'number', 'fee', 'lookup', 'adjustment',
        'recharge', 'chargeback', 'grant', 'bonus')),
    ADD CONSTRAINT posting_sign CHECK (CASE
        WHEN kind IN ('charge', 'inbound') THEN amount <= 0
        WHEN kind IN ('refund', 'grant', 'bonus', 'recharge') THEN amount >= 0
        ELSE true
    END),
    -- Only texts that came in and payments that were taken back make a balance negative, or more so (R19).
    ADD CONSTRAINT posting_covered CHECK (balance_after >= 0 OR amount >= 0 OR kind IN ('inbound', 'chargeback'));
CREATE UNIQUE INDEX posting_reference ON posting (account_id, kind, reference) WHERE reference <> '';

-- Within an account postings stand in the order of their moments, and none is dated into days that are closed.
ALTER TABLE balance
    ADD COLUMN last_at timestamptz,
    ADD COLUMN closed_until timestamptz;
CREATE OR REPLACE FUNCTION posting_moves_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two processes write down moments that lie milliseconds apart in the other order: the later row takes the later
    -- moment. A clock that was hours ahead drags nobody along.
    UPDATE balance SET amount = amount + NEW.amount, last_seq = last_seq + 1,
            last_at = greatest(NEW.at, closed_until, CASE WHEN last_at < NEW.at + interval '1 hour' THEN last_at END)
        WHERE account_id = NEW.account_id
        RETURNING last_seq, amount, last_at INTO NEW.seq, NEW.balance_after, NEW.at;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account % has no balance row', NEW.account_id;
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER balance_moves_by_posting ON balance;
CREATE TRIGGER balance_moves_by_posting BEFORE UPDATE OF account_id, amount, last_seq, last_at ON balance
    FOR EACH ROW EXECUTE FUNCTION balance_moves_by_posting();
CREATE FUNCTION balance_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a closed day stays closed';
END $$;
CREATE TRIGGER balance_stays_closed BEFORE UPDATE OF closed_until ON balance
    FOR EACH ROW WHEN (NEW.closed_until IS NULL AND OLD.closed_until IS NOT NULL OR NEW.closed_until < OLD.closed_until)
    EXECUTE FUNCTION balance_stays_closed();

-- Entries of more than a transfer: what carriers are owed, what is in question, money behind a payment.
CREATE TABLE journal_entry (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    reference text NOT NULL,
    note text NOT NULL DEFAULT '',
    UNIQUE (kind, reference)
);
CREATE TABLE journal_leg (
    entry_id uuid NOT NULL REFERENCES journal_entry,
    place smallint NOT NULL,
    ledger text NOT NULL CHECK (ledger IN (
        'revenue', 'in_question', 'carrier_cost', 'carrier_payable', 'payment_clearing', 'processor')),
    account_id uuid REFERENCES account,
    connector_id uuid,
    unit text NOT NULL CHECK (unit = 'credit' OR unit ~ '^[A-Z]{3}$'),
    amount bigint NOT NULL CHECK (amount <> 0), -- millionths of the unit
    PRIMARY KEY (entry_id, place)
);
CREATE INDEX journal_entry_at ON journal_entry (at);

CREATE FUNCTION journal_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry uuid := CASE TG_TABLE_NAME WHEN 'journal_entry' THEN (to_jsonb(NEW) ->> 'id')::uuid
        ELSE (to_jsonb(NEW) ->> 'entry_id')::uuid END;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM journal_leg WHERE entry_id = entry) THEN
        RAISE EXCEPTION 'journal entry % has no legs', entry;
    END IF;
    IF EXISTS (SELECT 1 FROM journal_leg WHERE entry_id = entry GROUP BY unit HAVING sum(amount) <> 0) THEN
        RAISE EXCEPTION 'journal entry % does not balance', entry;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER journal_entry_balances AFTER INSERT ON journal_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION journal_balances();
CREATE CONSTRAINT TRIGGER journal_leg_balances AFTER INSERT ON journal_leg DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION journal_balances();

CREATE FUNCTION books_are_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what stands in the books stays: write an entry that corrects it';
END $$;
-- No entry is dated into days that are closed; who closes a day waits for those that are being written.
CREATE FUNCTION journal_stays_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7421, 1);
    NEW.at := greatest(NEW.at, (SELECT max(day + 1)::timestamp AT TIME ZONE 'UTC' FROM ledger_close));
    RETURN NEW;
END $$;
CREATE TRIGGER journal_stays_open BEFORE INSERT ON journal_entry FOR EACH ROW EXECUTE FUNCTION journal_stays_open();
CREATE TRIGGER journal_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION books_are_immutable();
CREATE TRIGGER journal_leg_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_leg
    FOR EACH STATEMENT EXECUTE FUNCTION books_are_immutable();

-- The whole of the books, one row a leg.
CREATE VIEW ledger_leg AS
    SELECT id AS entry_id, at, 'customer_credit' AS ledger, account_id, 'credit' AS unit, amount FROM posting
    UNION ALL
    SELECT id, at, other_side(kind), account_id, 'credit', -amount FROM posting
    UNION ALL
    SELECT entry_id, at, ledger, account_id, unit, amount FROM journal_leg JOIN journal_entry ON id = entry_id;

-- Each day of UTC is closed once: the sums of every account that moved, chained by hash to the day before.
CREATE TABLE ledger_close (
    day date PRIMARY KEY,
    made_at timestamptz NOT NULL,
    postings bigint NOT NULL,
    entries bytea NOT NULL, -- digest of the day's entries of the journal
    previous bytea NOT NULL,
    hash bytea NOT NULL
);
CREATE TABLE ledger_close_line (
    day date NOT NULL REFERENCES ledger_close,
    account_id uuid NOT NULL REFERENCES account,
    first_seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    postings bigint NOT NULL,
    balance bigint NOT NULL, -- micro-credits at the end of the day
    sums text NOT NULL, -- by kind: count and amount
    blocks bytea[] NOT NULL, -- digests of a hundred postings each
    PRIMARY KEY (account_id, day)
);
CREATE INDEX ledger_close_line_day ON ledger_close_line (day);
CREATE TRIGGER ledger_close_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_close
    FOR EACH STATEMENT EXECUTE FUNCTION books_are_immutable();
CREATE TRIGGER ledger_close_line_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_close_line
    FOR EACH STATEMENT EXECUTE FUNCTION books_are_immutable();

-- What a credit costs in money, by the size of a purchase (R15). `account_id` null: who has no prices of its own.
CREATE TABLE credit_price (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id uuid REFERENCES account,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    from_credits bigint NOT NULL CHECK (from_credits >= 0), -- micro-credits bought at once, from which on it holds
    price bigint NOT NULL CHECK (price > 0), -- millionths of the currency a credit
    UNIQUE NULLS NOT DISTINCT (account_id, from_credits)
);
-- What accounts pay otherwise than others (R20).
CREATE TABLE account_price (
    account_id uuid PRIMARY KEY REFERENCES account,
    inbound bigint NOT NULL CHECK (inbound >= 0) -- micro-credits for a text that came in
);

-- Tariffs have versions, each in force from its date until the next one's. `connector_id` null: what accounts pay, in
-- credits; else what a carrier takes, in money.
CREATE TABLE tariff_version (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    connector_id uuid,
    currency text CHECK (currency ~ '^[A-Z]{3}$'),
    name text NOT NULL,
    valid_from timestamptz NOT NULL,
    prefixes integer NOT NULL,
    countries integer NOT NULL,
    is_demo boolean NOT NULL,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    withdrawn_at timestamptz, -- before its date came
    CHECK ((connector_id IS NULL) = (currency IS NULL)),
    CHECK (withdrawn_at < valid_from)
);
CREATE INDEX tariff_version_valid ON tariff_version (connector_id, valid_from);
INSERT INTO tariff_version (name, valid_from, prefixes, countries, is_demo, made_at, made_by)
    SELECT '', '2000-01-01Z', count(*), count(DISTINCT country), bool_or(is_demo), '2000-01-01Z', ''
    FROM tariff HAVING count(*) > 0;
ALTER TABLE tariff
    ADD COLUMN version_id bigint NOT NULL DEFAULT 1 REFERENCES tariff_version,
    DROP CONSTRAINT tariff_pkey,
    ADD PRIMARY KEY (version_id, prefix);
ALTER TABLE tariff ALTER COLUMN version_id DROP DEFAULT;

-- What messages brought and cost, by the day of their acceptance; counted again while messages of the day are open.
CREATE TABLE margin_day (
    day date NOT NULL,
    account_id uuid NOT NULL,
    connector_id uuid NOT NULL,
    country text NOT NULL,
    currency text NOT NULL, -- of the costs; empty where the carrier has no tariff
    messages bigint NOT NULL, -- that a carrier took
    segments bigint NOT NULL, -- as the carrier counts them
    revenue bigint NOT NULL, -- micro-credits, of all that was not given back and is not in question
    cost bigint NOT NULL, -- millionths of the currency
    without_cost bigint NOT NULL, -- segments to numbers that the carrier's tariff has no price for
    PRIMARY KEY (day, account_id, connector_id, country, currency)
);
CREATE TABLE margin_count (
    day date PRIMARY KEY,
    counted_at timestamptz NOT NULL,
    open bigint NOT NULL -- messages of the day that may still move
);
CREATE INDEX margin_count_open ON margin_count (day) WHERE open > 0;

-- A carrier's invoice, beside what we sent.
CREATE TABLE carrier_invoice (
    id uuid PRIMARY KEY,
    connector_id uuid NOT NULL,
    name text NOT NULL,
    job_id uuid,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    currency text NOT NULL,
    lines integer NOT NULL,
    matched integer NOT NULL,
    differences integer NOT NULL,
    invoiced bigint NOT NULL, -- millionths of the currency
    expected bigint NOT NULL
);
CREATE TABLE carrier_difference (
    invoice_id uuid NOT NULL REFERENCES carrier_invoice ON DELETE CASCADE,
    place integer NOT NULL,
    kind text NOT NULL,
    line integer, -- of the file
    message_id uuid,
    number text NOT NULL,
    theirs text NOT NULL,
    ours text NOT NULL,
    amount bigint NOT NULL, -- what they take beyond what we expect, millionths of the currency
    PRIMARY KEY (invoice_id, place)
);
