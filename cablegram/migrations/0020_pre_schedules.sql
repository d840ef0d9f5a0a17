-- Messages that wait for their time: `scheduled`, with a row in `held` that says when they are looked at again.

-- From this moment on a queued message may not be claimed any more: its window has closed, or its validity has ended.
-- What is on the wire keeps it, to come back with it.
ALTER TABLE queue ADD COLUMN closes_at timestamptz;
ALTER TABLE held ADD COLUMN closes_at timestamptz;
ALTER TABLE flight ADD COLUMN closes_at timestamptz;
CREATE INDEX queue_closing ON queue (closes_at) WHERE closes_at IS NOT NULL;

-- Whether the message waits for its time, so that it is `scheduled`, and is asked about its time before it goes on. With
-- no `until` it is late, and somebody has to say what becomes of it. Others are `queued`, and just go back.
ALTER TABLE held ADD COLUMN is_scheduled boolean NOT NULL DEFAULT false;
UPDATE held SET is_scheduled = true WHERE until = 'infinity'; -- after a restore
DROP INDEX held_due;
CREATE INDEX held_due ON held (until) WHERE until IS NOT NULL AND NOT is_scheduled;
CREATE INDEX held_scheduled ON held (until) WHERE until IS NOT NULL AND is_scheduled;
CREATE INDEX held_late ON held (share, id) WHERE until IS NULL AND is_scheduled;

-- What a message was told about its time, or a campaign about all of its messages; only of those told anything.
CREATE TABLE message_timing (
    id uuid PRIMARY KEY, -- of the message, or of the campaign
    schedule jsonb, -- the hours somebody wrote down (R109)
    not_before timestamptz,
    expires_at timestamptz,
    validity interval, -- since it was accepted, or planned for
    when_closed text CHECK (when_closed IN ('delay', 'drop')), -- null: as the account says
    time_zone text -- the recipient's own, where somebody wrote it down
);

ALTER TABLE campaign
    ADD COLUMN schedule jsonb,
    ADD COLUMN start_at timestamptz,
    ADD COLUMN validity interval,
    ADD COLUMN when_closed text CHECK (when_closed IN ('delay', 'drop')),
    DROP CONSTRAINT campaign_state_check,
    ADD CONSTRAINT campaign_state_check
        CHECK (state IN ('ready', 'scheduled', 'running', 'paused', 'finished', 'cancelled'));
CREATE INDEX campaign_to_start ON campaign (start_at) WHERE state = 'scheduled';
