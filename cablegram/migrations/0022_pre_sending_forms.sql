-- How messages are written and counted: media, smart encoding, and by how many segments a message is billed.

-- docs/decisions/0034. `segments` is what the network cuts a text into: that many parts go out. The other two are null
-- where they are the same: for how many the account pays (R42), and how many the carrier's gateway counts (R43, R44).
ALTER TABLE message
    ADD COLUMN media_url text, -- of an MMS (R55)
    ADD COLUMN billed_segments smallint,
    ADD COLUMN gateway_segments smallint;
-- gsm0338: 160/153 and 70/67; flat160: pieces of 160 characters, 1,600 at most (text/profiles.py).
ALTER TABLE account ADD COLUMN segment_profile text NOT NULL DEFAULT 'gsm0338'
    CHECK (segment_profile IN ('gsm0338', 'flat160'));
-- Processes keep the profiles that are not the default beside the tariff, and read both again when its revision grows:
-- a batch asks for that revision anyway.
CREATE FUNCTION profile_is_a_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE tariff_revision SET revision = revision + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER profile_is_a_price AFTER UPDATE OF segment_profile ON account
    FOR EACH ROW WHEN (OLD.segment_profile <> NEW.segment_profile) EXECUTE FUNCTION profile_is_a_price();
-- What the gateway counts of the messages that a row counts, where they are accepted; rows of other moves have none.
ALTER TABLE progress ADD COLUMN segments integer NOT NULL DEFAULT 0;

ALTER TABLE campaign ADD COLUMN smart_encoding boolean NOT NULL DEFAULT false;

-- Messages are looked for by the client's own name for them; those without one cost nothing here.
CREATE INDEX message_client_ref ON message (account_id, client_ref, id) WHERE client_ref IS NOT NULL;
