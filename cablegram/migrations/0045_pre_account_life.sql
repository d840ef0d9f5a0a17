-- The life of an account: people who sign up, prove their address and a second factor, come by invitation, and what an
-- account may do, from where, and up to which sum.

ALTER TABLE app_user
    ADD COLUMN email text CHECK (email <> ''),
    ADD COLUMN email_confirmed_at timestamptz,
    ADD COLUMN first_name text NOT NULL DEFAULT '',
    ADD COLUMN last_name text NOT NULL DEFAULT '',
    ADD COLUMN company text NOT NULL DEFAULT '',
    -- ISO 639-1: of the mails to this person, and of the panel once it speaks it.
    ADD COLUMN language text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'es')),
    ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC',
    -- Second factor (RFC 6238): the secret sealed under the installation's key; it asks for codes once it is confirmed.
    ADD COLUMN totp_secret bytea,
    ADD COLUMN totp_since timestamptz,
    -- The last step of 30 seconds whose code was taken: each code once.
    ADD COLUMN totp_step bigint;
-- Two people may give one address: the login is what is theirs alone, and so nobody learns which addresses are known.
CREATE INDEX app_user_email ON app_user (lower(email)) WHERE email IS NOT NULL;

CREATE TABLE recovery_code (
    user_id uuid NOT NULL REFERENCES app_user,
    hash bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, hash)
);

ALTER TABLE membership DROP CONSTRAINT membership_role_check;
ALTER TABLE membership ADD CONSTRAINT membership_role_check
    CHECK (role IN ('owner', 'admin', 'developer', 'marketer', 'billing', 'viewer'));

ALTER TABLE session
    ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    -- 'code': the password was right and the second factor is still to come; it opens nothing but that question.
    ADD COLUMN kind text NOT NULL DEFAULT 'panel' CHECK (kind IN ('panel', 'code', 'api')),
    ADD COLUMN address text NOT NULL DEFAULT '',
    ADD COLUMN agent text NOT NULL DEFAULT '',
    ADD COLUMN last_seen_at timestamptz,
    -- An operator acts for a customer's account, for a reason and until then.
    ADD COLUMN visit_why text,
    ADD COLUMN visit_until timestamptz;
CREATE INDEX session_expiry ON session (expires_at);

ALTER TABLE api_key
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN replaced_by uuid REFERENCES api_key;
-- A key that could do all may do what is new, but for people: that is given by hand.
UPDATE api_key SET scopes = scopes || '{billing,webhooks}'::text[] WHERE scopes @> '{send,read,contacts,account}'::text[];

-- What is sent by mail and works once: proof of an address, a new password.
CREATE TABLE mail_code (
    hash bytea PRIMARY KEY,
    short_hash bytea, -- of the digits that stand for it, typed by the person it was sent to
    purpose text NOT NULL CHECK (purpose IN ('confirm', 'reset')),
    user_id uuid NOT NULL REFERENCES app_user,
    email text NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX mail_code_user ON mail_code (user_id, purpose);
CREATE INDEX mail_code_expiry ON mail_code (expires_at);

CREATE TABLE invitation (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    email text NOT NULL,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'developer', 'marketer', 'billing', 'viewer')),
    hash bytea NOT NULL UNIQUE,
    invited_by text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    accepted_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX invitation_account ON invitation (account_id, id);

ALTER TABLE account
    -- From where API keys may call (R7), replaced whole: [{"ip", "netmask", "description"}]. 0.0.0.0/0 is everywhere.
    ADD COLUMN access_list jsonb NOT NULL DEFAULT '[{"ip": "0.0.0.0", "netmask": 0, "description": ""}]',
    ADD COLUMN suspended_at timestamptz,
    ADD COLUMN suspended_why text NOT NULL DEFAULT '';

-- What an account may spend on messages, in micro-credits, and what it spent of that (days and months of UTC). No row: as
-- much as it has. Whoever charges holds the balance first, then this.
CREATE TABLE spending_cap (
    account_id uuid PRIMARY KEY REFERENCES account,
    per_day bigint CHECK (per_day > 0),
    per_month bigint CHECK (per_month > 0),
    day date NOT NULL,
    spent_day bigint NOT NULL,
    month date NOT NULL,
    spent_month bigint NOT NULL,
    told_day date, -- for which it was said that 80 % is spent
    told_month date
);

-- Whoever accepts messages keeps in memory who is suspended or has a cap, and looks at the tariff's revision alone.
CREATE FUNCTION limits_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tariff_revision SET revision = revision + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER account_suspended AFTER UPDATE OF suspended_at ON account
    FOR EACH ROW WHEN (old.suspended_at IS DISTINCT FROM new.suspended_at) EXECUTE FUNCTION limits_changed();
CREATE TRIGGER spending_cap_set AFTER INSERT OR DELETE ON spending_cap
    FOR EACH ROW EXECUTE FUNCTION limits_changed();

-- Who did what. Every event that names who did it leaves a row here, and no row is ever changed; the facts stay with the
-- event, from which a person's number can still be taken out.
CREATE TABLE action (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL,
    account_id uuid REFERENCES account,
    kind text NOT NULL,
    subject uuid,
    done_by text NOT NULL
);
CREATE INDEX action_account ON action (account_id, id);
INSERT INTO action (id, at, account_id, kind, subject, done_by)
SELECT id, at, account_id, kind, subject, data ->> 'by' FROM event WHERE data ->> 'by' <> '';

CREATE FUNCTION log_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO action (id, at, account_id, kind, subject, done_by)
    VALUES (new.id, new.at, new.account_id, new.kind, new.subject, new.data ->> 'by');
    RETURN NULL;
END $$;
CREATE TRIGGER event_action AFTER INSERT ON event
    FOR EACH ROW WHEN (new.data ->> 'by' <> '') EXECUTE FUNCTION log_action();

CREATE FUNCTION keep_action() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The log of actions is never changed.' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER action_stays BEFORE UPDATE OR DELETE ON action FOR EACH ROW EXECUTE FUNCTION keep_action();
CREATE TRIGGER action_all_stay BEFORE TRUNCATE ON action FOR EACH STATEMENT EXECUTE FUNCTION keep_action();
