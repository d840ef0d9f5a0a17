-- What became of campaigns, as their reports show it. What moves while they run is in the log of counts; the rest takes a
-- look at each of their messages, so it is counted behind the page's back and kept.

CREATE TABLE campaign_report (
    campaign_id uuid PRIMARY KEY REFERENCES campaign ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES account,
    counted_at timestamptz, -- null: it was asked for, and nobody has counted yet
    took_ms integer NOT NULL DEFAULT 0 CHECK (took_ms >= 0),
    look_at timestamptz, -- when to see whether anything moved since; null: nothing does any more
    found jsonb -- campaigns/counted.py reads and writes it
);
CREATE INDEX campaign_report_account ON campaign_report (account_id, counted_at);
CREATE INDEX campaign_report_due ON campaign_report (look_at) WHERE look_at IS NOT NULL;

-- Who said no since a campaign began, of one account and without its other events.
CREATE INDEX evidence_opt_out ON evidence (account_id, id) WHERE kind = 'opt_out';

-- Reports that anybody may read who has the address. Its token is kept as a digest alone, so that no backup holds a key.
CREATE TABLE campaign_share (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    campaign_id uuid NOT NULL REFERENCES campaign ON DELETE CASCADE,
    token_digest bytea NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE UNIQUE INDEX campaign_share_token ON campaign_share (token_digest);
CREATE INDEX campaign_share_campaign ON campaign_share (campaign_id, id);
