-- Statements about the operator's stock of numbers. Private to the room.

-- name: put_stock
-- all accounts: the operator's stock. One that is there already becomes what the file says; where it is, and where it was bought, stays.
INSERT INTO stock_number (id, number, country, number_type, capabilities, connector_id, setup, monthly, state, note,
    added_at)
SELECT id, number, country, number_type, string_to_array(capabilities, ','), connector_id, setup, monthly, 'free', note,
    %(now)s
FROM unnest(%(ids)s::uuid[], %(numbers)s::text[], %(countries)s::text[], %(number_types)s::text[],
    %(capabilities)s::text[], %(connectors)s::uuid[], %(setups)s::bigint[], %(monthlies)s::bigint[], %(notes)s::text[])
    AS new (id, number, country, number_type, capabilities, connector_id, setup, monthly, note)
ORDER BY number
ON CONFLICT (number) DO UPDATE SET country = excluded.country, number_type = excluded.number_type,
    capabilities = excluded.capabilities, setup = excluded.setup,
    connector_id = CASE WHEN stock_number.is_bought THEN stock_number.connector_id ELSE excluded.connector_id END,
    monthly = excluded.monthly, note = excluded.note
RETURNING xmax = 0;

-- name: claim_bought
-- all accounts: a number that a provider is about to be asked for. None where the stock has it already.
INSERT INTO stock_number (id, number, country, number_type, capabilities, connector_id, is_bought, state, added_at)
VALUES (%(id)s, %(number)s, %(country)s, %(number_type)s, %(capabilities)s::text[], %(connector_id)s, true, 'rented',
    %(now)s)
ON CONFLICT (number) DO NOTHING RETURNING id;

-- name: drop_stock
-- all accounts: the operator's stock. What was rented stays on record, without it.
DELETE FROM stock_number WHERE id = %(id)s AND state IN ('free', 'resting', 'leaving') RETURNING id;

-- name: hold_stock
-- all accounts: the operator's stock.
SELECT id, number, country, number_type, capabilities, connector_id, is_bought, setup, monthly, state, rests_until,
    missed, note, added_at
FROM stock_number WHERE number = %(number)s FOR UPDATE;

-- name: move_stock
-- all accounts: the operator's stock.
UPDATE stock_number SET state = %(state)s, rests_until = %(rests_until)s, missed = 0 WHERE id = %(id)s;

-- name: wake
-- all accounts: numbers that have rested long enough are free again.
UPDATE stock_number SET state = 'free', rests_until = NULL WHERE state = 'resting' AND rests_until <= %(now)s;

-- name: note_missed
-- all accounts: texts to numbers that nobody has. In order, so that no two who count wait for each other.
UPDATE stock_number SET missed = stock_number.missed + came.count
FROM (
    SELECT held.id, came.count FROM unnest(%(numbers)s::text[], %(counts)s::integer[]) AS came (number, count)
    JOIN stock_number AS held USING (number) WHERE held.state = 'resting' ORDER BY held.number FOR UPDATE OF held
) AS came
WHERE stock_number.id = came.id;

-- name: search
-- all accounts: the operator's stock, what nobody has; a number that somebody was given by hand is nobody else's.
SELECT number, country, number_type, capabilities, connector_id, setup, monthly FROM stock_number
WHERE state = 'free' AND country = %(country)s
    AND (%(number_type)s::text IS NULL OR number_type = %(number_type)s)
    AND (%(pattern)s::text = '' OR CASE %(place)s::text
        WHEN 'starts_with' THEN starts_with(number, %(pattern)s) OR starts_with(number, %(code)s || %(pattern)s)
        WHEN 'ends_with' THEN right(number, length(%(pattern)s)) = %(pattern)s
        ELSE strpos(number, %(pattern)s) > 0 END)
    AND (setup IS NOT NULL OR number_type = ANY (%(priced)s::text[]))
    AND NOT EXISTS (SELECT FROM sender WHERE lower(sender.address) = stock_number.number AND kind = 'number')
ORDER BY number_type, number OFFSET %(skip)s LIMIT %(limit)s;

-- name: page_of_stock
-- all accounts: the operator's list, newest first, with who rents each.
SELECT stock.id, stock.number, stock.country, stock.number_type, capabilities, connector_id, is_bought, stock.setup,
    stock.monthly, stock.state, rests_until, missed, note, added_at, rental.account_id, coalesce(account.name, '')
FROM stock_number AS stock
LEFT JOIN rental ON rental.stock_id = stock.id AND rental.state NOT IN ('ended', 'refused')
LEFT JOIN account ON account.id = rental.account_id
WHERE (%(after)s::uuid IS NULL OR stock.id < %(after)s) AND (%(state)s::text IS NULL OR stock.state = %(state)s)
    AND (%(country)s::text IS NULL OR stock.country = %(country)s)
    AND (%(digits)s::text = '' OR strpos(stock.number, %(digits)s) > 0)
ORDER BY stock.id DESC LIMIT %(limit)s;

-- name: count_stock
-- all accounts: the operator's stock, by where its numbers are.
SELECT state, count(*) FROM stock_number GROUP BY state;

-- name: connectors_named
-- all accounts: the operator's own connectors, by the names that a file gives.
SELECT lower(name), id FROM connector WHERE account_id IS NULL AND lower(name) = ANY (%(names)s);

-- name: known
-- all accounts: of these, the numbers that are in the stock or that somebody has.
SELECT number FROM unnest(%(numbers)s::text[]) AS asked (number)
WHERE EXISTS (SELECT FROM stock_number WHERE stock_number.number = asked.number)
    OR EXISTS (SELECT FROM sender WHERE lower(sender.address) = asked.number AND kind = 'number');

-- name: operators
-- all accounts: the operator's own connectors.
SELECT id FROM connector WHERE account_id IS NULL AND id = ANY (%(ids)s::uuid[]);

-- name: count_search
-- One row an account, of the minute in which it searched last.
INSERT INTO number_search AS known (account_id, minute, asked) VALUES (%(account_id)s, date_trunc('minute', %(now)s::timestamptz), 1)
ON CONFLICT (account_id) DO UPDATE SET minute = excluded.minute,
    asked = CASE WHEN known.minute = excluded.minute THEN known.asked + 1 ELSE 1 END
RETURNING asked;
