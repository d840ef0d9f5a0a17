-- Statements of the stores room about what is posted to callbacks.

-- name: insert_posts
-- all accounts: each row names its own.
-- A text that is taken in twice is posted once.
INSERT INTO store_post (id, program_id, account_id, number, url, body, next_at)
SELECT id, program_id, account_id, number, url, body, %(now)s
FROM unnest(%(ids)s::uuid[], %(stores)s::uuid[], %(accounts)s::uuid[], %(numbers)s::bigint[], %(urls)s::text[],
    %(bodies)s::text[]) AS new (id, program_id, account_id, number, url, body)
ON CONFLICT (id) DO NOTHING;

-- name: claim
-- all accounts: whoever posts does it for all.
-- What is due and whose turn it is: of one customer the oldest, and of one store not more than a few at a time. It is
-- ours until the lease ends; whoever dies with it lets it be tried again.
WITH turn AS (
    SELECT id, row_number() OVER (PARTITION BY program_id ORDER BY id) AS place FROM store_post AS post
    WHERE done_at IS NULL AND next_at <= %(now)s AND program_id <> ALL (%(busy)s::uuid[]) AND NOT EXISTS (
        SELECT FROM store_post AS before
        WHERE before.program_id = post.program_id AND before.number = post.number AND before.done_at IS NULL
            AND before.id < post.id
    )
), mine AS (
    SELECT post.id FROM store_post AS post JOIN turn USING (id)
    WHERE turn.place <= %(of_one)s AND post.done_at IS NULL AND post.next_at <= %(now)s
    ORDER BY post.next_at LIMIT %(limit)s FOR UPDATE OF post SKIP LOCKED
)
UPDATE store_post SET next_at = %(until)s, tries = tries + 1
FROM mine WHERE store_post.id = mine.id
RETURNING store_post.id, store_post.program_id, store_post.url, store_post.body, store_post.tries;

-- name: settle
-- all accounts: what this process has claimed.
UPDATE store_post SET done_at = told.done_at, next_at = coalesce(told.next_at, store_post.next_at), verdict = told.verdict
FROM unnest(%(ids)s::uuid[], %(done)s::timestamptz[], %(next)s::timestamptz[], %(verdicts)s::text[])
    AS told (id, done_at, next_at, verdict)
WHERE store_post.id = told.id AND store_post.done_at IS NULL;

-- name: forget
-- all accounts: posts are kept for some days after their end.
DELETE FROM store_post WHERE id IN (
    SELECT id FROM store_post WHERE done_at < %(before)s LIMIT %(limit)s FOR UPDATE SKIP LOCKED
);

-- name: page_of_posts
-- Newest first.
SELECT id, number, url, tries, next_at, done_at, verdict FROM store_post
WHERE account_id = %(account_id)s AND program_id = %(store_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(limit)s;
