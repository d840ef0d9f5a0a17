-- name: credit_prices
-- The account's own steps, else the usual ones.
SELECT account_id IS NOT NULL, currency, from_credits, price FROM credit_price
WHERE account_id IS NOT DISTINCT FROM (
    SELECT account_id FROM credit_price WHERE account_id = %(account_id)s LIMIT 1)
ORDER BY from_credits;

-- name: own_prices
-- all accounts: the operator's list of who has prices of their own.
SELECT account_id, currency, from_credits, price FROM credit_price ORDER BY account_id NULLS FIRST, from_credits;

-- name: lock_credit_prices
-- all accounts: the table itself. Two who set prices at once do it one after the other.
LOCK TABLE credit_price IN SHARE ROW EXCLUSIVE MODE;

-- name: delete_credit_prices
DELETE FROM credit_price WHERE account_id IS NOT DISTINCT FROM %(account_id)s;

-- name: insert_credit_prices
INSERT INTO credit_price (account_id, currency, from_credits, price)
SELECT %(account_id)s, %(currency)s, from_credits, price
FROM unnest(%(froms)s::bigint[], %(prices)s::bigint[]) AS new (from_credits, price);

-- name: inbound_price
SELECT inbound FROM account_price WHERE account_id = %(account_id)s;

-- name: put_inbound_price
INSERT INTO account_price (account_id, inbound) VALUES (%(account_id)s, %(inbound)s)
ON CONFLICT (account_id) DO UPDATE SET inbound = excluded.inbound;

-- name: delete_inbound_price
DELETE FROM account_price WHERE account_id = %(account_id)s;
