-- What waits for a number whose text may mean no, until somebody has read it: `scheduled`, until infinity.
ALTER TABLE held ADD COLUMN for_review boolean NOT NULL DEFAULT false;

-- What a number answers with besides: its own words that opt out, where it reads STOP, and what HELP gets (empty: nothing).
ALTER TABLE sender
    ADD COLUMN stop_words text[] NOT NULL DEFAULT '{}',
    ADD COLUMN help_text text NOT NULL DEFAULT '';
