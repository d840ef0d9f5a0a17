-- Statements about people who leave a program while something of it waits for them.

-- name: withdraw_left
-- all accounts: as withdraw_numbers, of what one program sends.
WITH asked AS (
    SELECT * FROM unnest(%(accounts)s::uuid[], %(shares)s::smallint[], %(programs)s::uuid[], %(numbers)s::bigint[])
        AS pair (account_id, share, program_id, number)
), waiting AS MATERIALIZED (
    SELECT asked.account_id, asked.program_id, in_queue.at, in_queue.id
    FROM asked CROSS JOIN LATERAL (
        SELECT queue.ctid AS at, queue.id, queue.share FROM queue WHERE queue.number = asked.number OFFSET 0
    ) AS in_queue
    WHERE in_queue.share = asked.share
    UNION ALL
    SELECT asked.account_id, asked.program_id, NULL, aside.id
    FROM asked CROSS JOIN LATERAL (
        SELECT held.id, held.share FROM held WHERE held.number = asked.number OFFSET 0
    ) AS aside
    WHERE aside.share = asked.share
), found AS (
    SELECT waiting.at, waiting.id, waiting.account_id AS asked_by, seen.account_id, seen.version, seen.state
    FROM waiting LEFT JOIN LATERAL (
        SELECT account_id, program_id, version, state::text FROM message WHERE message.id = waiting.id LIMIT 1
    ) AS seen ON true
    WHERE seen.account_id IS NULL OR seen.program_id = waiting.program_id
), withdrawn AS (
    DELETE FROM queue WHERE ctid = ANY (ARRAY(SELECT at FROM found WHERE account_id = asked_by AND at IS NOT NULL))
), resting AS (
    DELETE FROM held WHERE id = ANY (ARRAY(SELECT id FROM found WHERE account_id = asked_by AND at IS NULL))
)
SELECT account_id, id, version, state FROM found WHERE account_id = asked_by OR account_id IS NULL;

-- name: left_behind
-- all accounts: answers of a link concern everybody's messages.
-- Which of these messages a program sends to somebody who was in it when they were accepted (consent/seen.py has the
-- bits), and is not any more.
SELECT message.id, coalesce(one.standing, 'out')
FROM message LEFT JOIN LATERAL (
    SELECT standing FROM subscriber
    WHERE subscriber.program_id = message.program_id AND subscriber.number = message.dst::bigint LIMIT 1
) AS one ON true
WHERE message.id = ANY (%(ids)s::uuid[]) AND message.program_id IS NOT NULL
    AND message.seen >> 13 & 3 = 1 AND one.standing IS DISTINCT FROM 'in';
