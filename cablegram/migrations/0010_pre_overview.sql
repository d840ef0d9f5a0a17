-- What moved lately, in all accounts: the log of counts is written in the order of time, so a block index is enough.

CREATE INDEX progress_at ON progress USING brin (at) WITH (pages_per_range = 16);
