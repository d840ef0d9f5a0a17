-- Messages in question that were sent again by the operator's policy: once each, and counted apart for ever.

CREATE TABLE resend (
    message_id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    campaign_id uuid,
    at timestamptz NOT NULL
);
CREATE INDEX resend_account ON resend (account_id, campaign_id);
