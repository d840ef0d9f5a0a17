-- The audit, in SQL that anyone can run by hand. Every statement but the first three returns the rows that contradict one
-- sentence: how many there are, whose, and which; no row means that the sentence is true. Each reads its tables once, from
-- end to end, and joins by hash.

-- name: freeze
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;

-- name: give_room
-- For the hash of postings by id; what does not fit goes to disk.
SET LOCAL work_mem = '64MB';

-- name: sums
-- all accounts: this is the report to the operator.
SELECT line.account_id, account.name, line.campaign_id, campaign.name, line.source, line.word, line.n, line.amount
FROM (
    SELECT account_id, campaign_id, 'message' AS source, state::text AS word, count(*) AS n, sum(price) AS amount
    FROM message GROUP BY account_id, campaign_id, state
    UNION ALL
    SELECT account_id, campaign_id, 'posting', kind, sum(count), abs(sum(amount))
    FROM posting WHERE kind IN ('charge', 'refund') GROUP BY account_id, campaign_id, kind
) AS line
LEFT JOIN account ON account.id = line.account_id
LEFT JOIN campaign ON campaign.id = line.campaign_id
ORDER BY account.name, line.account_id, line.campaign_id NULLS FIRST;

-- name: accepted
-- all accounts: everybody's books are proved.
-- The sum of semantics: accepted = everything but skipped, by each of the three sources.
SELECT count(*) OVER (), account_id, campaign_id,
    concat('accepted: ', posted, ' messages for ', posted_amount, ' micro-credits by postings, ', rows, ' for ',
        rows_amount, ' by rows, ', counted, ' for ', counted_amount, ' by counts')
FROM (
    SELECT account_id, campaign_id, sum(posted) AS posted, sum(posted_amount) AS posted_amount, sum(rows) AS rows,
        sum(rows_amount) AS rows_amount, sum(counted) AS counted, sum(counted_amount) AS counted_amount
    FROM (
        SELECT account_id, campaign_id, sum(count) AS posted, -sum(amount) AS posted_amount, 0 AS rows,
            0 AS rows_amount, 0 AS counted, 0 AS counted_amount
        FROM posting WHERE kind = 'charge' GROUP BY account_id, campaign_id
        UNION ALL
        SELECT account_id, campaign_id, 0, 0, count(*), sum(price), 0, 0
        FROM message WHERE state <> 'skipped' GROUP BY account_id, campaign_id
        UNION ALL
        SELECT account_id, campaign_id, 0, 0, 0, 0, sum(n), sum(amount)
        FROM progress WHERE state <> 'skipped' GROUP BY account_id, campaign_id
    ) AS source
    GROUP BY account_id, campaign_id
) AS total
WHERE posted <> rows OR rows <> counted OR posted_amount <> rows_amount OR rows_amount <> counted_amount
ORDER BY account_id, campaign_id LIMIT 20;

-- name: states
-- all accounts: everybody's books are proved.
SELECT count(*) OVER (), account_id, campaign_id,
    concat(state, ': ', rows, ' messages for ', rows_amount, ' micro-credits by rows, ', counted, ' for ',
        counted_amount, ' by counts')
FROM (
    SELECT account_id, campaign_id, state, sum(rows) AS rows, sum(rows_amount) AS rows_amount,
        sum(counted) AS counted, sum(counted_amount) AS counted_amount
    FROM (
        SELECT account_id, campaign_id, state, count(*) AS rows, sum(price) AS rows_amount, 0 AS counted,
            0 AS counted_amount
        FROM message GROUP BY account_id, campaign_id, state
        UNION ALL
        SELECT account_id, campaign_id, state, 0, 0, sum(n), sum(amount)
        FROM progress GROUP BY account_id, campaign_id, state
    ) AS source
    GROUP BY account_id, campaign_id, state
) AS total
WHERE rows <> counted OR rows_amount <> counted_amount
ORDER BY account_id, campaign_id, state LIMIT 20;

-- name: charged
-- all accounts: everybody's books are proved.
SELECT count(*) OVER (), message.account_id, message.campaign_id,
    concat('message ', message.id, ' is ', message.state, ' and names ', CASE
        WHEN message.posting_id IS NULL THEN 'no posting'
        WHEN posting.id IS NULL THEN concat('posting ', message.posting_id, ', which is not there')
        ELSE concat('posting ', posting.id, ', a ', posting.kind, ' of account ', posting.account_id,
            ' and campaign ' || posting.campaign_id)
    END)
FROM message LEFT JOIN posting ON posting.id = message.posting_id
WHERE CASE WHEN message.state = 'skipped' THEN message.posting_id IS NOT NULL
    ELSE posting.id IS NULL OR posting.kind <> 'charge' OR posting.account_id <> message.account_id
        OR posting.campaign_id IS DISTINCT FROM message.campaign_id
    END
ORDER BY message.id LIMIT 20;

-- name: charges
-- all accounts: everybody's books are proved.
SELECT count(*) OVER (), posting.account_id, posting.campaign_id,
    concat('posting ', posting.id, ' charged ', posting.count, ' messages ', -posting.amount, ' micro-credits; ',
        coalesce(named.n, 0), ' that cost ', coalesce(named.amount, 0), ' name it')
FROM posting LEFT JOIN (
    SELECT posting_id, count(*) AS n, sum(price) AS amount FROM message WHERE posting_id IS NOT NULL GROUP BY posting_id
) AS named ON named.posting_id = posting.id
WHERE posting.kind = 'charge' AND (coalesce(named.n, 0), coalesce(named.amount, 0)) <> (posting.count, -posting.amount)
ORDER BY posting.id LIMIT 20;

-- name: refunded
-- all accounts: everybody's books are proved.
-- Due: rejected, failed, cancelled, and what expired before any link had it, or after a carrier had sent it back: that has
-- a reason, while what expires by a receipt has none. Somebody else keeps a refund only where a message was given up as
-- lost, and a receipt said later that it had gone out after all.
SELECT count(*) OVER (), account_id, campaign_id, concat('message ', id, ' is ', state, ' and names ', CASE
        WHEN refund_id IS NULL THEN 'no refund'
        WHEN is_own THEN concat('refund ', refund_id, ', which was not due')
        ELSE concat('posting ', refund_id, ', which is no refund of its own')
    END)
FROM (
    SELECT message.id, message.account_id, message.campaign_id, message.state, message.refund_id,
        message.state IN ('rejected', 'failed', 'cancelled')
            OR (message.state = 'expired' AND (message.claimed_at IS NULL OR message.reason IS NOT NULL)) AS is_due,
        coalesce(posting.kind = 'refund' AND posting.account_id = message.account_id
            AND posting.campaign_id IS NOT DISTINCT FROM message.campaign_id, false) AS is_own
    FROM message LEFT JOIN posting ON posting.id = message.refund_id
    WHERE message.refund_id IS NOT NULL OR message.state IN ('rejected', 'failed', 'cancelled', 'expired')
) AS found
WHERE CASE
    WHEN refund_id IS NULL THEN is_due
    WHEN is_due OR NOT is_own THEN NOT is_own
    ELSE state NOT IN ('submitted', 'delivered', 'undelivered', 'expired') OR NOT EXISTS (
        SELECT 1 FROM message_event WHERE message_event.message_id = found.id AND message_event.kind = 'given_up'
    )
    END
ORDER BY id LIMIT 20;

-- name: refunds
-- all accounts: everybody's books are proved.
SELECT count(*) OVER (), posting.account_id, posting.campaign_id,
    concat('posting ', posting.id, ' gave back ', posting.amount, ' micro-credits for ', posting.count, ' messages; ',
        coalesce(named.n, 0), ' that cost ', coalesce(named.amount, 0), ' name it')
FROM posting LEFT JOIN (
    SELECT refund_id, count(*) AS n, sum(price) AS amount FROM message WHERE refund_id IS NOT NULL GROUP BY refund_id
) AS named ON named.refund_id = posting.id
WHERE posting.kind = 'refund' AND (coalesce(named.n, 0), coalesce(named.amount, 0)) <> (posting.count, posting.amount)
ORDER BY posting.id LIMIT 20;

-- name: balances
-- all accounts: everybody's books are proved.
SELECT count(*) OVER (), account.id, NULL::uuid, CASE
        WHEN balance.account_id IS NULL THEN 'there is no balance'
        ELSE concat('the balance is ', balance.amount, ' micro-credits after ', balance.last_seq, ' postings; ',
            coalesce(books.n, 0), ' postings add up to ', coalesce(books.amount, 0))
    END
FROM account
LEFT JOIN balance ON balance.account_id = account.id
LEFT JOIN (SELECT account_id, count(*) AS n, sum(amount) AS amount FROM posting GROUP BY account_id) AS books
    ON books.account_id = account.id
WHERE balance.account_id IS NULL
    OR (balance.last_seq, balance.amount) <> (coalesce(books.n, 0), coalesce(books.amount, 0))
ORDER BY account.id LIMIT 20;

-- name: ledger
-- all accounts: everybody's books are proved.
SELECT count(*) OVER (), account_id, campaign_id,
    concat('posting ', id, ' is number ', seq, ' with ', amount, ' micro-credits and ', balance_after,
        ' after it; number ', seq_before, ' before it had ', balance_before)
FROM (
    SELECT id, account_id, campaign_id, seq, amount, balance_after,
        lag(seq, 1, 0::bigint) OVER in_order AS seq_before,
        lag(balance_after, 1, 0::bigint) OVER in_order AS balance_before
    FROM posting WINDOW in_order AS (PARTITION BY account_id ORDER BY seq)
) AS chain
WHERE seq <> seq_before + 1 OR balance_after <> balance_before + amount
ORDER BY account_id, seq LIMIT 20;

-- name: inbound
-- all accounts: everybody's books are proved.
-- Texts to an address that nobody has are nobody's to pay.
SELECT count(*) OVER (), coalesce(posting.account_id, named.account_id), NULL::uuid, CASE
        WHEN posting.id IS NOT NULL THEN concat('posting ', posting.id, ' charged ', posting.count, ' texts; ',
            coalesce(named.n, 0), ' name it', ' as of account ' || named.account_id)
        ELSE concat(named.n, ' texts name ', coalesce('posting ' || named.posting_id || ', which charges no texts',
            'no posting'), ', such as ', named.first)
    END
FROM (
    SELECT account_id, posting_id, count(*) AS n, min(id::text) AS first FROM inbound_text
    WHERE account_id IS NOT NULL OR posting_id IS NOT NULL GROUP BY account_id, posting_id
) AS named
FULL JOIN (SELECT id, account_id, count FROM posting WHERE kind = 'inbound') AS posting ON posting.id = named.posting_id
WHERE posting.id IS NULL OR named.posting_id IS NULL OR named.account_id IS DISTINCT FROM posting.account_id
    OR named.n <> posting.count
ORDER BY posting.id, named.posting_id LIMIT 20;

-- name: waiting
-- all accounts: everybody's messages are looked at.
SELECT count(*) OVER (), message.account_id, coalesce(message.campaign_id, waiting.campaign_id),
    concat('message ', coalesce(message.id, waiting.id), ' is ', coalesce(message.state::text, 'not there'),
        ' and has ', coalesce(waiting.places, 0), ' rows in queue and held', CASE
            WHEN message.state IN ('queued', 'scheduled') AND waiting.places = 1
                THEN ', which differs in connector, campaign, size or what it waits for'
        END)
FROM message FULL JOIN (
    SELECT id, count(*) AS places, min(connector_id::text)::uuid AS connector_id,
        min(campaign_id::text)::uuid AS campaign_id, min(segments) AS segments, bool_or(is_scheduled) AS is_scheduled
    FROM (
        SELECT id, connector_id, campaign_id, segments, false AS is_scheduled FROM queue
        UNION ALL
        SELECT id, connector_id, campaign_id, segments, is_scheduled FROM held
    ) AS place
    GROUP BY id
) AS waiting ON waiting.id = message.id
WHERE CASE WHEN message.state IN ('queued', 'scheduled')
    THEN waiting.places IS DISTINCT FROM 1 OR message.segments <> waiting.segments
        OR message.connector_id IS DISTINCT FROM waiting.connector_id
        OR message.campaign_id IS DISTINCT FROM waiting.campaign_id
        OR waiting.is_scheduled <> (message.state = 'scheduled')
    ELSE waiting.id IS NOT NULL
    END
ORDER BY coalesce(message.id, waiting.id) LIMIT 20;

-- name: flying
-- all accounts: everybody's messages are looked at.
SELECT count(*) OVER (), message.account_id, message.campaign_id,
    concat('message ', coalesce(message.id, flight.id), ' is ', coalesce(message.state::text, 'not there'), ' and ', CASE
        WHEN flight.id IS NULL THEN 'not marked as on the wire'
        WHEN flight.is_unknown THEN 'marked as in question'
        ELSE 'marked as on the wire'
    END, ' of connector ' || flight.connector_id)
FROM message FULL JOIN flight ON flight.id = message.id
WHERE CASE message.state
    WHEN 'submitting' THEN flight.is_unknown IS DISTINCT FROM false
    WHEN 'unknown' THEN flight.is_unknown IS DISTINCT FROM true
    ELSE flight.id IS NOT NULL
    END OR flight.connector_id <> message.connector_id
ORDER BY coalesce(message.id, flight.id) LIMIT 20;

-- name: recipients
-- all accounts: everybody's campaigns are looked at.
-- Who got nothing has a row too, held out and taken out ones as well: once all are made there is one for each recipient.
SELECT count(*) OVER (), campaign.account_id, campaign.id,
    concat('campaign ', campaign.id, ' has ', campaign.recipients, ' recipients and ', coalesce(found.n, 0),
        ' messages, skipped ones among them')
FROM campaign LEFT JOIN (
    SELECT campaign_id, count(*) AS n FROM message WHERE campaign_id IS NOT NULL GROUP BY campaign_id
) AS found ON found.campaign_id = campaign.id
WHERE coalesce(found.n, 0) > campaign.recipients OR (campaign.is_fanned_out AND coalesce(found.n, 0) <> campaign.recipients)
ORDER BY campaign.id LIMIT 20;

-- name: paused
SELECT count(*) OVER (), NULL::uuid, campaign_id, concat('message ', id, ' is in the queue, and its campaign is paused')
FROM queue JOIN paused_campaign USING (campaign_id)
ORDER BY id LIMIT 20;

-- name: stopped
-- all accounts: everybody's messages are looked at.
SELECT count(*) OVER (), message.account_id, message.campaign_id,
    concat('message ', message.id, ' waits for a number that is on the blacklist')
FROM (SELECT id, number FROM queue UNION ALL SELECT id, number FROM held) AS waiting
JOIN message ON message.id = waiting.id
JOIN blacklist ON blacklist.account_id = message.account_id AND blacklist.number = message.dst
WHERE waiting.number IS NOT NULL -- what confirms an opt-out has none
ORDER BY message.id LIMIT 20;

-- name: resent
-- all accounts: everybody's books are proved. By rows of their own, by lines of messages' stories, by events.
SELECT count(*) OVER (), account_id, NULL::uuid,
    concat('sent again: ', rows, ' messages by rows, ', told, ' by their stories, ', news, ' by events')
FROM (
    SELECT account_id, sum(rows) AS rows, sum(told) AS told, sum(news) AS news
    FROM (
        SELECT account_id, count(*) AS rows, 0 AS told, 0 AS news FROM resend GROUP BY account_id
        UNION ALL
        SELECT message.account_id, 0, count(*), 0
        FROM message_event JOIN message ON message.id = message_event.message_id
        WHERE message_event.kind = 'resent' GROUP BY message.account_id
        UNION ALL
        SELECT account_id, 0, 0, sum((data ->> 'count')::integer)
        FROM event WHERE kind = 'messages.resent' GROUP BY account_id
    ) AS source
    GROUP BY account_id
) AS total
WHERE rows <> told OR rows <> news
ORDER BY account_id LIMIT 20;

-- name: permitted
-- all accounts: everybody's contacts are looked at.
SELECT count(*) OVER (), contact.account_id, NULL::uuid,
    concat('contact ', contact.id, ' is subscribed and names ',
        coalesce('event ' || contact.evidence_id || ', which is not in the ledger of consent', 'no event'))
FROM contact LEFT JOIN evidence ON evidence.id = contact.evidence_id AND evidence.account_id = contact.account_id
WHERE contact.subscription = 'subscribed' AND evidence.id IS NULL
ORDER BY contact.id LIMIT 20;

-- name: sides
-- all accounts: everybody's books are proved.
-- A posting is one row for both its sides: its kind names the other. In each unit all ledgers together come to nothing.
SELECT count(*) OVER (), NULL::uuid, NULL::uuid, what
FROM (
    SELECT concat('posting ', id, ', a ', kind, ', has no other side') AS what
    FROM posting WHERE other_side(kind) IS NULL
    UNION ALL
    SELECT concat('journal entry ', entry_id, ' comes to ', sum(amount), ' millionths of ', unit)
    FROM journal_leg GROUP BY entry_id, unit HAVING sum(amount) <> 0
    UNION ALL
    SELECT concat('journal entry ', id, ' has no legs')
    FROM journal_entry WHERE NOT EXISTS (SELECT 1 FROM journal_leg WHERE entry_id = id)
    UNION ALL
    SELECT concat('all ledgers together come to ', sum(amount), ' millionths of ', unit)
    FROM ledger_leg GROUP BY unit HAVING sum(amount) <> 0
) AS found
ORDER BY what LIMIT 20;

-- name: covered
-- all accounts: everybody's books are proved.
SELECT count(*) OVER (), account_id, campaign_id,
    concat('posting ', id, ', a ', kind, ' of ', amount, ' micro-credits, left ', balance_after)
FROM posting
WHERE balance_after < 0 AND amount < 0 AND kind NOT IN ('inbound', 'chargeback')
ORDER BY id LIMIT 20;

-- name: payments
-- all accounts: everybody's books are proved.
-- What cleared: each payment that came in is one posting of its credits, and what went back was taken out of the ledger.
SELECT count(*) OVER (), account_id, NULL::uuid, what
FROM (
    SELECT coalesce(posting.account_id, recharge.account_id) AS account_id,
        concat('recharge ', coalesce(recharge.id::text, posting.reference), ' of ', recharge.credits,
            ' micro-credits has posting ', posting.id, ' of ', posting.amount) AS what
    FROM (SELECT id, account_id, credits FROM recharge WHERE state IN ('paid', 'refunded', 'disputed')) AS recharge
    FULL JOIN (SELECT id, account_id, amount, reference FROM posting WHERE kind = 'recharge') AS posting
        ON posting.reference = recharge.id::text AND posting.account_id = recharge.account_id
    WHERE recharge.id IS NULL OR posting.id IS NULL OR posting.amount <> recharge.credits
    UNION ALL
    SELECT account_id, concat('payments that went back took ', sum(returned), ' micro-credits, postings ', sum(posted))
    FROM (
        SELECT account_id, credits AS returned, 0 AS posted FROM payment_return WHERE state = 'taken'
        UNION ALL
        SELECT account_id, 0, -amount FROM posting WHERE kind = 'chargeback'
    ) AS both_sides
    GROUP BY account_id HAVING sum(returned) <> sum(posted)
) AS found
ORDER BY account_id, what LIMIT 20;

-- name: money
-- all accounts: everybody's books are proved.
-- The money of each payment stands in the journal, with whoever holds it and with what cleared; what is back with its payer
-- is out of both. What a processor keeps for itself is in neither.
SELECT count(*) OVER (), account_id, NULL::uuid, concat('payments hold ', sum(held), ' millionths of ', unit, ', the books ',
    sum(cleared), ' as cleared and ', sum(there), ' with the ', holder)
FROM (
    SELECT account_id, currency AS unit, CASE processor WHEN 'manual' THEN 'bank' ELSE 'processor' END AS holder,
        amount * minor_unit(currency) AS held, 0 AS cleared, 0 AS there
    FROM recharge WHERE state IN ('paid', 'refunded', 'disputed')
    UNION ALL
    SELECT back.account_id, currency, CASE processor WHEN 'manual' THEN 'bank' ELSE 'processor' END,
        -back.amount * minor_unit(currency), 0, 0
    FROM payment_return AS back JOIN recharge ON recharge.id = back.recharge_id WHERE back.state = 'taken'
    UNION ALL
    SELECT holder.account_id, holder.unit, holder.ledger, 0, cleared.amount, -holder.amount
    FROM journal_entry AS entry
    JOIN journal_leg AS holder ON holder.entry_id = entry.id AND holder.ledger IN ('processor', 'bank')
    LEFT JOIN journal_leg AS cleared ON cleared.entry_id = entry.id AND cleared.ledger = 'payment_clearing'
    WHERE entry.kind IN ('payment', 'payment_return')
) AS sides
GROUP BY account_id, unit, holder HAVING sum(held) <> sum(cleared) OR sum(held) <> sum(there)
ORDER BY account_id, unit LIMIT 20;
