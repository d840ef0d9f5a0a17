-- Messages that wait for their time: `scheduled`, with a row in `held` that says when they are looked at again.

-- After this moment a queued message may not be claimed any more: its window has closed, or its validity has ended.
ALTER TABLE queue ADD COLUMN closes_at timestamptz;
CREATE INDEX queue_closing ON queue (closes_at) WHERE closes_at IS NOT NULL;
ALTER TABLE held ADD COLUMN closes_at timestamptz;

-- What a message was told about its time; only of those that were told anything.
CREATE TABLE message_timing (
    message_id uuid PRIMARY KEY,
    schedule jsonb, -- the hours somebody wrote down (R109)
    not_before timestamptz,
    expires_at timestamptz,
    when_closed text CHECK (when_closed IN ('delay', 'drop'))
);
ALTER TABLE campaign
    ADD COLUMN schedule jsonb,
    ADD COLUMN start_at timestamptz,
    ADD COLUMN validity interval,
    ADD COLUMN when_closed text NOT NULL DEFAULT 'delay' CHECK (when_closed IN ('delay', 'drop'));
