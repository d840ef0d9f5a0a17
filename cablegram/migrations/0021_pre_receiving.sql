-- Texts that come in: by which number and rule, from whom, in how many parts; and withdrawing what waits for a number.

-- For a STOP: what waits for a number is found without reading all that waits. Null: no opt-out withdraws it, since it
-- is what confirms one. What is on the wire keeps it, to come back with it.
ALTER TABLE queue ADD COLUMN number bigint;
ALTER TABLE held ADD COLUMN number bigint;
ALTER TABLE flight ADD COLUMN number bigint;
UPDATE queue SET number = message.dst::bigint FROM message WHERE message.id = queue.id;
UPDATE held SET number = message.dst::bigint FROM message WHERE message.id = held.id;
UPDATE flight SET number = message.dst::bigint FROM message WHERE message.id = flight.id;
CREATE INDEX queue_number ON queue (number);
CREATE INDEX held_number ON held (number);

ALTER TABLE inbound_text
    ADD COLUMN contact_id uuid,
    ADD COLUMN rule text, -- which row of the table of rules decided (inbound/order.py)
    ADD COLUMN parts smallint NOT NULL DEFAULT 1,
    ADD COLUMN caller_name text, -- CNAM, where the number asks for it
    ADD COLUMN answer_id uuid, -- the message that answered by itself
    ADD COLUMN answer_error text; -- or why it was not sent, as a code

-- Both directions of a conversation, and messages found by their number, without reading all of an account's.
CREATE INDEX message_number ON message (account_id, dst, id);

-- What is there of texts of several parts, and of those that were handed on, to know their late and doubled parts.
CREATE TABLE inbound_group (
    id uuid PRIMARY KEY,
    connector_id uuid NOT NULL,
    src text NOT NULL,
    dst text NOT NULL,
    reference integer NOT NULL,
    total smallint NOT NULL,
    began_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    handed_on boolean NOT NULL,
    pieces jsonb NOT NULL
);
CREATE INDEX inbound_group_addresses ON inbound_group (connector_id, src, dst);
CREATE INDEX inbound_group_open ON inbound_group (last_at) WHERE NOT handed_on;

-- What answered by itself lately: five in ten minutes are two machines talking to each other.
CREATE TABLE automatic_answer (
    id uuid PRIMARY KEY, -- the message
    account_id uuid NOT NULL,
    sender text NOT NULL,
    number text NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX automatic_answer_pair ON automatic_answer (account_id, number, sender, at);
