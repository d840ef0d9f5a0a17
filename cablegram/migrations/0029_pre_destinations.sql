-- Mobile networks of the world, as the operator's file says (R32). Who published the list, keeps its license too.

CREATE TABLE mobile_network (
    mcc text NOT NULL CHECK (mcc ~ '^[0-9]{3}$'),
    mnc text NOT NULL CHECK (mnc ~ '^[0-9]{2,3}$'), -- text: 07 and 007 are two networks
    name text NOT NULL,
    country text, -- null: a test network, or one of no country
    PRIMARY KEY (mcc, mnc)
);

-- A campaign's picture, and how many of its messages may go in any five minutes (R55, R148); null: none, as fast as it goes.
ALTER TABLE campaign
    ADD COLUMN media_url text,
    ADD COLUMN per_five_minutes integer CHECK (per_five_minutes > 0);
