-- Statements about people who leave a program while something of it waits for them, and programs that may send no more.

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

-- name: withdraw_program
-- Take out for good what waits of a program, except what it answers by itself from a purpose on (consent/seen.py has
-- the bits and their order). Found as withdraw_campaign finds; what can't be seen yet has no account, as above.
WITH RECURSIVE ways AS (
    SELECT '00000000-0000-0000-0000-000000000000'::uuid AS connector_id
    UNION ALL
    SELECT next.connector_id
    FROM ways CROSS JOIN LATERAL (
        SELECT connector_id FROM queue WHERE queue.connector_id > ways.connector_id ORDER BY connector_id LIMIT 1
    ) AS next
), waiting AS MATERIALIZED (
    SELECT in_queue.at, in_queue.id
    FROM ways CROSS JOIN generate_series(0, 2) AS lane CROSS JOIN LATERAL (
        SELECT queue.ctid AS at, queue.id FROM queue
        WHERE queue.connector_id = ways.connector_id AND queue.lane = lane::smallint
            AND queue.share = %(share)s::smallint
        OFFSET 0
    ) AS in_queue
    UNION ALL
    SELECT NULL, id FROM held WHERE share = %(share)s::smallint
), found AS (
    SELECT waiting.at, waiting.id, seen.account_id, seen.version, seen.state
    FROM waiting LEFT JOIN LATERAL (
        SELECT account_id, program_id, seen, version, state::text FROM message WHERE message.id = waiting.id LIMIT 1
    ) AS seen ON true
    WHERE seen.account_id IS NULL OR seen.account_id = %(account_id)s::uuid
        AND seen.program_id = %(program_id)s::uuid AND (coalesce(seen.seen, 0) >> 10 & 3) < %(spared)s::smallint
), withdrawn AS (
    DELETE FROM queue WHERE ctid = ANY (ARRAY(SELECT at FROM found WHERE account_id IS NOT NULL AND at IS NOT NULL))
), resting AS (
    DELETE FROM held WHERE id = ANY (ARRAY(SELECT id FROM found WHERE account_id IS NOT NULL AND at IS NULL))
)
SELECT account_id, id, version, state FROM found;

-- name: left_behind
-- all accounts: answers of a link concern everybody's messages.
-- Which of these messages a program sends to somebody who was in it when they were accepted (consent/seen.py has the
-- bits), and is not any more; and which a program sends that has no leave to send any more (`stopped`).
SELECT message.id, CASE WHEN its.is_stopped THEN 'stopped' ELSE coalesce(one.standing, 'out') END
FROM message LEFT JOIN LATERAL (
    SELECT standing FROM subscriber
    WHERE subscriber.program_id = message.program_id AND subscriber.number = message.dst::bigint LIMIT 1
) AS one ON true LEFT JOIN LATERAL (
    SELECT NOT program.sends AND (coalesce(message.seen, 0) >> 10 & 3) = 0 AS is_stopped
    FROM program WHERE program.id = message.program_id
) AS its ON true
WHERE message.id = ANY (%(ids)s::uuid[]) AND message.program_id IS NOT NULL
    AND (message.seen >> 13 & 3 = 1 AND one.standing IS DISTINCT FROM 'in' OR its.is_stopped);
