-- Jobs: work that somebody starts, leaves and comes back to; and the files that go in and come out.

-- A process that works on jobs holds the advisory lock (7418, its number) as long as its database session lives.
CREATE SEQUENCE job_worker AS integer;

CREATE TABLE job (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    kind text NOT NULL CHECK (kind <> ''),
    about text NOT NULL, -- what it is about, in words for people: "customers.csv into Customers"
    scope text NOT NULL, -- what who started it may do, and who cancels it must
    args jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'finished', 'failed', 'cancelled')),
    step text NOT NULL DEFAULT '', -- what is being done, in words for people
    done bigint NOT NULL DEFAULT 0,
    total bigint, -- null: nobody knows yet
    result jsonb,
    error jsonb, -- code, message, faults
    started_by text NOT NULL,
    user_id uuid,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at timestamptz,
    is_cancel_asked boolean NOT NULL DEFAULT false,
    worker integer, -- who is at it
    attempts smallint NOT NULL DEFAULT 0, -- how many workers took it up; also tells them apart
    CONSTRAINT job_ended CHECK ((state IN ('finished', 'failed', 'cancelled')) = (ended_at IS NOT NULL)),
    CONSTRAINT job_worked_on CHECK ((state = 'running') = (worker IS NOT NULL))
);
CREATE INDEX job_account ON job (account_id, id);
CREATE INDEX job_at_work ON job (id) WHERE state IN ('waiting', 'running');
CREATE INDEX job_ended_at ON job (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE job_file (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    job_id uuid REFERENCES job ON DELETE CASCADE, -- whose result it is; null: somebody brought it
    name text NOT NULL CHECK (name <> ''),
    media_type text NOT NULL,
    size bigint NOT NULL DEFAULT 0, -- bytes
    is_whole boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    kept_until timestamptz NOT NULL
);
CREATE UNIQUE INDEX job_file_result ON job_file (job_id, name) WHERE job_id IS NOT NULL;
CREATE INDEX job_file_account ON job_file (account_id) WHERE job_id IS NULL;
CREATE INDEX job_file_kept ON job_file (kept_until);

-- In pieces, so that no machine ever holds a whole file; they stay some days, so PostgreSQL spends no time on packing them.
CREATE TABLE job_file_part (
    file_id uuid NOT NULL REFERENCES job_file ON DELETE CASCADE,
    part integer NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (file_id, part)
);
ALTER TABLE job_file_part ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- A list that came with one campaign, and is not shown among the lists.
ALTER TABLE contact_list ADD COLUMN campaign_id uuid;
