-- The ordinary story of a message of one part is told by its own row, which these moves write anyway: what the carrier
-- called it when it took it, and the words of the receipt that ended it. `message_event` holds what is out of the ordinary.

ALTER TABLE message
    ADD COLUMN provider_id text, -- as the carrier wrote it
    ADD COLUMN receipt text,
    ADD COLUMN receipt_at timestamptz; -- when it arrived

-- What these served is found by other ways now, and every message paid for them: see `waiting_of_campaign` and `burial`.
DROP INDEX queue_campaign;
DROP INDEX flight_dispatcher;
