-- Gateways of any kind: what is special about a connector stands in columns that its kind fills in when it is saved, so that
-- no statement has to know the settings of each kind.

ALTER TABLE connector
    DROP CONSTRAINT connector_kind_check, -- the program knows its kinds
    ADD COLUMN links smallint NOT NULL DEFAULT 1 CHECK (links > 0), -- how many living links it has
    ADD COLUMN carries_media boolean NOT NULL DEFAULT false,
    ADD COLUMN usable_characters integer, -- by how many characters its gateway bills a text; null: as the network cuts it
    ADD COLUMN needs text[] NOT NULL DEFAULT '{}', -- names of the values each message must bring along ($$name)
    ADD COLUMN fee bigint CHECK (fee >= 0), -- micro-credits a segment over an account's own gateway; null: nothing
    ADD COLUMN tested_at timestamptz, -- when its provider last accepted a test; null: never, or not since it was changed
    ADD COLUMN paused_at timestamptz, -- since when it carries nothing, for its provider refuses the whole account
    ADD COLUMN paused_reason text, -- what the provider said then
    ADD COLUMN callback_token_hash bytea UNIQUE, -- SHA-256 of the secret in the address that the provider calls
    ADD COLUMN sealed_callback_token bytea,
    ADD CONSTRAINT connector_paused_why CHECK ((paused_at IS NULL) = (paused_reason IS NULL)),
    ADD CONSTRAINT connector_callback_token CHECK ((callback_token_hash IS NULL) = (sealed_callback_token IS NULL));

UPDATE connector SET
    links = (settings->>'binds')::integer * CASE settings->>'mode' WHEN 'transceiver' THEN 1 ELSE 2 END,
    carries_media = settings->>'media_tlv' IS NOT NULL,
    usable_characters = CASE WHEN settings->>'segment_limit' IS NOT NULL THEN coalesce(
        (settings->>'segment_usable')::integer,
        (settings->>'segment_limit')::integer - (settings->>'segment_overhead')::integer) END,
    tested_at = created_at -- a bind that succeeded counts as the test (R128), and these have been at work
WHERE kind = 'smpp';
