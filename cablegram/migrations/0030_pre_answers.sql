-- What waits for a number whose text may mean no, until somebody has read it: `scheduled`, until infinity.
ALTER TABLE held ADD COLUMN for_review boolean NOT NULL DEFAULT false;
