-- Money: immutable postings, a balance that only they can move, and the tariff that prices a segment.

CREATE TABLE balance (
    account_id uuid PRIMARY KEY REFERENCES account,
    amount bigint NOT NULL DEFAULT 0, -- micro-credits
    last_seq bigint NOT NULL DEFAULT 0
);

CREATE TABLE posting (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    seq bigint NOT NULL, -- 1, 2, 3 ... within the account: a missing posting shows as a gap
    at timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind IN ('grant', 'charge', 'refund', 'inbound', 'adjustment')),
    count integer NOT NULL CHECK (count >= 0), -- messages it covers
    amount bigint NOT NULL, -- micro-credits; what the account pays is negative
    balance_after bigint NOT NULL,
    campaign_id uuid,
    note text NOT NULL DEFAULT '',
    UNIQUE (account_id, seq),
    CHECK (kind <> 'charge' OR (amount <= 0 AND balance_after >= 0)), -- no credit, no send (R19)
    CHECK (kind <> 'refund' OR amount >= 0)
);
CREATE INDEX posting_campaign ON posting (campaign_id) WHERE campaign_id IS NOT NULL;

-- The one way a balance moves: by the posting that says why (R29).
CREATE FUNCTION posting_moves_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE balance SET amount = amount + NEW.amount, last_seq = last_seq + 1
        WHERE account_id = NEW.account_id
        RETURNING last_seq, amount INTO NEW.seq, NEW.balance_after;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account % has no balance row', NEW.account_id;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER posting_moves_balance BEFORE INSERT ON posting
    FOR EACH ROW EXECUTE FUNCTION posting_moves_balance();

CREATE FUNCTION posting_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'postings are immutable: write another one that corrects it';
END $$;
CREATE TRIGGER posting_is_immutable BEFORE UPDATE OR DELETE ON posting
    FOR EACH ROW EXECUTE FUNCTION posting_is_immutable();
CREATE TRIGGER posting_is_not_truncated BEFORE TRUNCATE ON posting
    FOR EACH STATEMENT EXECUTE FUNCTION posting_is_immutable();

CREATE FUNCTION balance_moves_by_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Depth 1 is a statement of a client; depth 2 is one inside posting_moves_balance.
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'a balance moves only by a posting';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER balance_moves_by_posting BEFORE UPDATE ON balance
    FOR EACH ROW EXECUTE FUNCTION balance_moves_by_posting();
CREATE FUNCTION balance_starts_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.amount <> 0 OR NEW.last_seq <> 0 THEN
        RAISE EXCEPTION 'a balance starts at nothing and stays: it moves only by postings';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER balance_starts_empty BEFORE INSERT OR DELETE ON balance
    FOR EACH ROW EXECUTE FUNCTION balance_starts_empty();

CREATE TABLE tariff (
    prefix text PRIMARY KEY CHECK (prefix ~ '^[1-9][0-9]{0,14}$'),
    country text NOT NULL CHECK (length(country) = 2),
    name text NOT NULL,
    price bigint NOT NULL CHECK (price >= 0), -- micro-credits a segment
    is_demo boolean NOT NULL
);

-- One row; processes that keep the tariff in memory compare the revision in every charging transaction.
CREATE TABLE tariff_revision (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    revision bigint NOT NULL
);
INSERT INTO tariff_revision (revision) VALUES (0);
