-- Carriers' notices that connectors brought (R79): written down in the transaction that takes the carrier's text or the
-- provider's call, done a moment later in one that holds what they concern. Rows stay seconds.

CREATE TABLE carrier_notice_left (
    id uuid PRIMARY KEY,
    short_code_id uuid NOT NULL REFERENCES short_code ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('cancelled', 'paused', 'resumed', 'changed')),
    number bigint NOT NULL,
    new_number bigint,
    said_at timestamptz NOT NULL
);

-- Who answers for a store (R125): the user whom it was given when it was opened.
ALTER TABLE store ADD COLUMN user_id uuid REFERENCES app_user ON DELETE SET NULL;
