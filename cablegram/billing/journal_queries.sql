-- name: insert_entry
INSERT INTO journal_entry (id, at, kind, reference, note) VALUES (%(id)s, %(at)s, %(kind)s, %(reference)s, %(note)s)
ON CONFLICT (kind, reference) DO NOTHING RETURNING id;

-- name: insert_legs
-- all accounts: each leg carries its own, or none.
INSERT INTO journal_leg (entry_id, place, ledger, account_id, connector_id, unit, amount)
SELECT %(id)s, place, ledger, account_id, connector_id, unit, amount
FROM unnest(%(ledgers)s::text[], %(accounts)s::uuid[], %(connectors)s::uuid[], %(units)s::text[], %(amounts)s::bigint[])
    WITH ORDINALITY AS leg (ledger, account_id, connector_id, unit, amount, place);

-- name: in_question
-- all accounts: the books are the installation's. What is in question now beside what the books say.
SELECT account_id, sum(now), sum(booked) FROM (
    SELECT message.account_id, message.price AS now, 0 AS booked
    FROM flight JOIN message ON message.id = flight.id WHERE flight.is_unknown AND message.state = 'unknown'
    UNION ALL
    SELECT account_id, 0, amount FROM journal_leg WHERE ledger = 'in_question'
) AS both_sides
GROUP BY account_id HAVING sum(now) <> sum(booked) ORDER BY account_id;

-- name: carrier_costs
-- all accounts: the books are the installation's.
SELECT connector_id, currency, sum(counted), sum(booked) FROM (
    SELECT connector_id, currency, cost AS counted, 0 AS booked FROM margin_day WHERE cost <> 0
    UNION ALL
    SELECT connector_id, unit, 0, amount FROM journal_leg WHERE ledger = 'carrier_payable'
) AS both_sides
GROUP BY connector_id, currency HAVING sum(counted) <> sum(booked) ORDER BY connector_id, currency;
