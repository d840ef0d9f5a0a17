-- name: sent
-- all accounts: a carrier's invoice is the operator's. What a carrier took within a time; accepted
-- at most some weeks before.
SELECT message.id, message.provider_id, message.dst, message.submitted_at, message.accepted_at,
    coalesce(message.gateway_segments, message.segments)
FROM message
WHERE message.id >= %(first)s AND message.id < %(last)s AND message.connector_id = %(connector_id)s
    AND message.submitted_at >= %(since)s AND message.submitted_at < %(until)s
    AND (message.state IN ('submitted', 'delivered', 'undelivered')
        OR (message.state = 'expired' AND message.refund_id IS NULL))
ORDER BY message.submitted_at;

-- name: parts
-- all accounts: a carrier's invoice is the operator's. Messages by the ids of their parts.
SELECT provider_id, message_id FROM submission WHERE connector_id = %(connector_id)s AND provider_id = ANY (%(ids)s);

-- name: insert_invoice
INSERT INTO carrier_invoice (id, connector_id, name, made_at, made_by, since, until, currency, lines, matched, differences,
    invoiced, expected)
VALUES (%(id)s, %(connector_id)s, %(name)s, %(made_at)s, %(made_by)s, %(since)s, %(until)s, %(currency)s, %(lines)s,
    %(matched)s, %(differences)s, %(invoiced)s, %(expected)s);

-- name: copy_differences
COPY carrier_difference (invoice_id, place, kind, line, message_id, number, theirs, ours, amount)
FROM STDIN (FORMAT BINARY);

-- name: invoices
SELECT id, connector_id, name, made_at, made_by, since, until, currency, lines, matched, differences, invoiced, expected
FROM carrier_invoice WHERE %(after)s::uuid IS NULL OR id < %(after)s ORDER BY id DESC LIMIT %(limit)s;

-- name: invoice
SELECT id, connector_id, name, made_at, made_by, since, until, currency, lines, matched, differences, invoiced, expected
FROM carrier_invoice WHERE id = %(id)s;

-- name: differences
SELECT kind, line, message_id, number, theirs, ours, amount FROM carrier_difference
WHERE invoice_id = %(id)s AND place > %(after)s ORDER BY place LIMIT %(limit)s;
