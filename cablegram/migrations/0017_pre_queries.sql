-- How far each round of questions has come with a connector: carriers are asked about messages whose receipt is overdue.
-- A place in the order of ids is all that is remembered; nothing stands at a message.

CREATE TABLE inquiry (
    connector_id uuid NOT NULL REFERENCES connector ON DELETE CASCADE,
    round smallint NOT NULL,
    after uuid NOT NULL, -- messages up to this id have been looked at
    PRIMARY KEY (connector_id, round)
);

-- Whether the carrier answers such questions; null: not known yet, or the connector was changed since.
ALTER TABLE connector ADD COLUMN answers_queries boolean;
