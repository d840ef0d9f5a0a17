-- What is watched: which processes live and what they count of themselves, and the sums of the log of counts so far.

-- A row a process, written every few seconds while it lives.
CREATE TABLE process (
    id uuid PRIMARY KEY,
    name text NOT NULL, -- serve, dispatch, work
    host text NOT NULL,
    pid integer NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    figures jsonb NOT NULL
) WITH (fillfactor = 50);

-- The log of counts up to `total_until`, added together: what came into each state, and by how much it grew. A look at
-- all that was ever counted then reads these twelve rows and a few minutes of the log.
CREATE TABLE total (
    state message_state PRIMARY KEY,
    came bigint NOT NULL,
    grew bigint NOT NULL
);
CREATE TABLE total_until (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    until timestamptz NOT NULL -- a whole second: rows of the log that are folded stay on their side of it
);
INSERT INTO total_until (until) VALUES ('epoch');
