-- Statements about rentals: who rents what, what is due, what they cost. Private to the room.

-- name: prices
-- What this account pays by country and type: its exceptions before what everybody pays.
SELECT DISTINCT ON (country, number_type) country, number_type, setup, monthly FROM number_price
WHERE (account_id = %(account_id)s OR account_id IS NULL)
    AND (%(country)s::text IS NULL OR country = %(country)s)
ORDER BY country, number_type, account_id NULLS LAST;

-- name: price_lines
-- all accounts: the operator's list, what everybody pays before the exceptions.
SELECT country, number_type, setup, monthly, account_id, coalesce(account.name, '') FROM number_price
LEFT JOIN account ON account.id = account_id
ORDER BY country, number_type, account_id NULLS FIRST;

-- name: put_price
-- all accounts: the operator's word, for one of them or for all.
INSERT INTO number_price (country, number_type, account_id, setup, monthly, changed_by, changed_at)
VALUES (%(country)s, %(number_type)s, %(for_account)s, %(setup)s, %(monthly)s, %(by)s, %(now)s)
ON CONFLICT (country, number_type, account_id) DO UPDATE SET setup = excluded.setup, monthly = excluded.monthly,
    changed_by = excluded.changed_by, changed_at = excluded.changed_at;

-- name: drop_price
-- all accounts: the operator's word.
DELETE FROM number_price WHERE country = %(country)s AND number_type = %(number_type)s
    AND account_id IS NOT DISTINCT FROM %(for_account)s::uuid;

-- name: reprice
-- all accounts: the operator's word. What is rented costs the new price from its next charge on, but what has a price of
-- its own, and, where everybody's price changes, who has an exception.
UPDATE rental SET monthly = %(monthly)s FROM stock_number AS stock
WHERE stock.id = stock_id AND rental.state IN ('active', 'unpaid', 'suspended') AND stock.monthly IS NULL
    AND rental.country = %(country)s AND rental.number_type = %(number_type)s
    AND (rental.account_id = %(for_account)s OR %(for_account)s::uuid IS NULL AND NOT EXISTS (
        SELECT FROM number_price AS exception WHERE exception.account_id = rental.account_id
            AND exception.country = rental.country AND exception.number_type = rental.number_type));

-- name: insert_rental
INSERT INTO rental (id, account_id, stock_id, number, country, number_type, sender_id, state, setup, monthly, began_at,
    period, next_at, bought_by)
VALUES (%(id)s, %(account_id)s, %(stock_id)s, %(number)s, %(country)s, %(number_type)s, %(sender_id)s, %(state)s,
    %(setup)s, %(monthly)s, %(began_at)s, %(period)s, %(next_at)s, %(bought_by)s);

-- name: put_rental
UPDATE rental SET sender_id = %(sender_id)s, state = %(state)s, period = %(period)s, next_at = %(next_at)s,
    grace_until = %(grace_until)s, ends_at = %(ends_at)s, asked = %(asked)s, denied = %(denied)s, ended_at = %(ended_at)s,
    ended_why = %(ended_why)s
WHERE id = %(id)s AND account_id = %(account_id)s;

-- name: page_of_rentals
-- An account's numbers, newest first; those that ended only where they are asked for.
SELECT rental.id, account_id, stock_id, rental.number, rental.country, rental.number_type, sender_id, rental.state,
    rental.setup, rental.monthly, began_at, period, next_at, grace_until, ends_at, bought_by, asked, denied, ended_at, ended_why,
    stock.connector_id, coalesce(stock.capabilities, '{}'), coalesce(stock.is_bought, false)
FROM rental LEFT JOIN stock_number AS stock ON stock.id = stock_id
WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR rental.id < %(after)s)
    AND (%(with_ended)s OR rental.state NOT IN ('ended', 'refused'))
ORDER BY rental.id DESC LIMIT %(limit)s;

-- name: rental_of_number
-- The account's living rental of a number, else its last one.
SELECT rental.id, account_id, stock_id, rental.number, rental.country, rental.number_type, sender_id, rental.state,
    rental.setup, rental.monthly, began_at, period, next_at, grace_until, ends_at, bought_by, asked, denied, ended_at, ended_why,
    stock.connector_id, coalesce(stock.capabilities, '{}'), coalesce(stock.is_bought, false)
FROM rental LEFT JOIN stock_number AS stock ON stock.id = stock_id
WHERE account_id = %(account_id)s AND rental.number = %(number)s
ORDER BY rental.state IN ('ended', 'refused'), rental.id DESC LIMIT 1;

-- name: rentals_of_senders
-- Living rentals behind senders, for a list of these.
SELECT rental.id, account_id, stock_id, rental.number, rental.country, rental.number_type, sender_id, rental.state,
    rental.setup, rental.monthly, began_at, period, next_at, grace_until, ends_at, bought_by, asked, denied, ended_at, ended_why,
    stock.connector_id, coalesce(stock.capabilities, '{}'), coalesce(stock.is_bought, false)
FROM rental LEFT JOIN stock_number AS stock ON stock.id = stock_id
WHERE account_id = %(account_id)s AND sender_id = ANY (%(sender_ids)s::uuid[])
    AND rental.state NOT IN ('ended', 'refused');

-- name: hold_rental
SELECT rental.id, account_id, stock_id, rental.number, rental.country, rental.number_type, sender_id, rental.state,
    rental.setup, rental.monthly, began_at, period, next_at, grace_until, ends_at, bought_by, asked, denied, ended_at, ended_why,
    stock.connector_id, coalesce(stock.capabilities, '{}'), coalesce(stock.is_bought, false)
FROM rental LEFT JOIN stock_number AS stock ON stock.id = stock_id
WHERE rental.id = %(id)s AND account_id = %(account_id)s FOR UPDATE OF rental;

-- name: hold_due
-- all accounts: months that are due, tries that are due, ends that are due; what another worker looks at now is left out.
-- What is unpaid is also looked at as soon as its account has the credit.
SELECT rental.id, account_id, stock_id, rental.number, rental.country, rental.number_type, sender_id, rental.state,
    rental.setup, rental.monthly, began_at, period, next_at, grace_until, ends_at, bought_by, asked, denied, ended_at, ended_why,
    stock.connector_id, coalesce(stock.capabilities, '{}'), coalesce(stock.is_bought, false)
FROM rental LEFT JOIN stock_number AS stock ON stock.id = stock_id
WHERE rental.state IN ('active', 'unpaid', 'suspended') AND next_at IS NOT NULL AND (next_at <= %(now)s
    OR rental.state <> 'active' AND EXISTS (
        SELECT FROM balance WHERE balance.account_id = rental.account_id AND balance.amount >= rental.monthly))
ORDER BY next_at, rental.id LIMIT %(limit)s FOR UPDATE OF rental SKIP LOCKED;

-- name: in_question
-- all accounts: purchases of which nobody knows what came, to ask their providers.
SELECT rental.id, account_id, stock_id, rental.number, rental.country, rental.number_type, sender_id, rental.state,
    rental.setup, rental.monthly, began_at, period, next_at, grace_until, ends_at, bought_by, asked, denied, ended_at, ended_why,
    stock.connector_id, coalesce(stock.capabilities, '{}'), coalesce(stock.is_bought, false)
FROM rental LEFT JOIN stock_number AS stock ON stock.id = stock_id
WHERE rental.state = 'buying' AND next_at <= %(now)s ORDER BY next_at, rental.id LIMIT %(limit)s;

-- name: insert_report
INSERT INTO spam_report (id, account_id, sender_id, number, source, reported_by, note, at, by)
VALUES (%(id)s, %(account_id)s, %(sender_id)s, %(number)s, %(source)s, %(reported_by)s, %(note)s, %(now)s, %(by)s);

-- name: reports
SELECT at, source, reported_by, note, by FROM spam_report
WHERE account_id = %(account_id)s AND sender_id = %(sender_id)s ORDER BY id DESC LIMIT %(limit)s;

-- name: forget_reporter
UPDATE spam_report SET reported_by = '', note = '' WHERE account_id = %(account_id)s AND reported_by = %(number)s;
