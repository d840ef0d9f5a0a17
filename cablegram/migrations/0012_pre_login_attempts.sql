-- Attempts to log in that did not succeed, for a quarter of an hour: one row for the login and one for where it came from.

CREATE TABLE login_attempt (
    attempt_id uuid NOT NULL,
    -- A digest under the installation's key: people also type passwords where the login belongs.
    subject bytea NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (subject, attempt_id)
);
CREATE INDEX login_attempt_id ON login_attempt (attempt_id);
CREATE INDEX login_attempt_at ON login_attempt (at);
