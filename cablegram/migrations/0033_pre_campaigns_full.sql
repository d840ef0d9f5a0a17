-- Campaigns in full: to whom, in which texts, how carefully, and what somebody took back (decision 0046).

ALTER TABLE campaign
    DROP CONSTRAINT campaign_list_ids_check,
    DROP CONSTRAINT campaign_state_check,
    ADD CONSTRAINT campaign_state_check
        CHECK (state IN ('creating', 'ready', 'scheduled', 'running', 'paused', 'finished', 'cancelled')),
    -- To whom: as the room audiences writes it. Null: to everybody in `list_ids`, as before there was more than lists.
    ADD COLUMN audience jsonb,
    ADD COLUMN program_id uuid, -- the service or store in whose name its messages go
    ADD COLUMN job_id uuid, -- what makes it, while it is `creating`
    -- At most so many messages in any minute; `per_five_minutes` is the same for five. One of them at most.
    ADD COLUMN per_minute integer CHECK (per_minute > 0),
    -- In which texts: null is `text` alone. [{"name", "text", "template_id", "share"}], shares in percent, together 100.
    ADD COLUMN variants jsonb,
    ADD COLUMN variant_cuts bigint[], -- where one ends and the next begins, of draws below 2^32
    ADD COLUMN holdout smallint NOT NULL DEFAULT 0 CHECK (holdout BETWEEN 0 AND 50), -- percent who get nothing
    -- How the best text is found: {"by", "after", "sample"}; null: all of them go to the end.
    ADD COLUMN winner jsonb,
    ADD COLUMN sample_below bigint, -- whose draw is below this gets a text that is tried; null: everybody
    ADD COLUMN verdict jsonb, -- which text the rest gets, why, and the figures of that moment
    ADD COLUMN won smallint, -- the place of that text
    -- How carefully: so many people first, and then a look, or so many minutes.
    ADD COLUMN canary integer CHECK (canary > 0),
    ADD COLUMN canary_minutes integer CHECK (canary_minutes > 0),
    ADD COLUMN guards jsonb, -- what pauses it by itself: {"opt_outs", "errors", "least", "spend"}
    ADD COLUMN baseline jsonb, -- what guards have counted when somebody let it go on all the same
    -- Where it is: who goes first is drawn, so people are walked through once for each stage.
    ADD COLUMN stage text NOT NULL DEFAULT 'rest' CHECK (stage IN ('canary', 'sample', 'rest')),
    ADD COLUMN stage_made_at timestamptz, -- when everybody of this stage was made, if another stage follows
    ADD COLUMN canary_below bigint, -- whose draw is below this, and who comes not after that contact, was the canary
    ADD COLUMN canary_last uuid,
    ADD COLUMN goes_at timestamptz, -- it may be undone until then: nothing is made before
    ADD COLUMN taken_out integer NOT NULL DEFAULT 0, -- people who were cancelled before their message was made
    ADD CONSTRAINT campaign_pace CHECK (per_minute IS NULL OR per_five_minutes IS NULL),
    ADD CONSTRAINT campaign_variants CHECK ((variants IS NULL) = (variant_cuts IS NULL)),
    ADD CONSTRAINT campaign_winner CHECK ((winner IS NULL) = (sample_below IS NULL));

CREATE INDEX campaign_making ON campaign (id) WHERE state = 'creating';

-- People whom somebody took out of a campaign before their message was made: they become `skipped`, like others.
CREATE TABLE campaign_taken_out (
    campaign_id uuid NOT NULL REFERENCES campaign ON DELETE CASCADE,
    contact_id uuid NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (campaign_id, contact_id)
);

-- Who is held out, goes first and gets which text is drawn by the ids of campaign and contact, and kept nowhere:
-- campaigns/draw.py has the same in Python. `place`: 0 held out, 1 sample, 2 variant, 3 canary. From 0 to 2^32 - 1.
CREATE FUNCTION campaign_draw(campaign_id uuid, contact_id uuid, place integer) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN ('x' || substr(md5(uuid_send(campaign_id) || uuid_send(contact_id)), 1 + 8 * place, 8))::bit(32)::bigint;

-- Which text a person of a campaign gets or got, as its place among the variants; null where there are none, or while the
-- rest waits for the best.
CREATE FUNCTION campaign_variant(
    campaign_id uuid, contact_id uuid, variant_cuts bigint[], sample_below bigint, won smallint
) RETURNS smallint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN variant_cuts IS NULL OR contact_id IS NULL THEN NULL
        WHEN sample_below IS NULL OR campaign_draw(campaign_id, contact_id, 1) < sample_below
            THEN width_bucket(campaign_draw(campaign_id, contact_id, 2), variant_cuts)::smallint
        ELSE won
    END;
