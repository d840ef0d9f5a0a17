-- name: traffic
-- all accounts: everybody's traffic is counted. Of messages accepted within a span: what a carrier took, as it counts
-- segments, what is earned (nothing given back, nothing in question), and what may still move.
SELECT account_id, connector_id, country, left(dst, %(digits)s), count(*) FILTER (WHERE is_taken),
    coalesce(sum(segments) FILTER (WHERE is_taken), 0), coalesce(sum(price) FILTER (WHERE is_earned), 0),
    count(*) FILTER (WHERE is_open)
FROM (
    SELECT account_id, connector_id, country, dst, price, coalesce(gateway_segments, segments)::bigint AS segments,
        state IN ('submitted', 'delivered', 'undelivered') OR (state = 'expired' AND refund_id IS NULL) AS is_taken,
        state NOT IN ('skipped', 'unknown') AND refund_id IS NULL AS is_earned,
        state IN ('scheduled', 'queued', 'submitting', 'unknown') AS is_open
    FROM message
    WHERE id >= %(first)s AND id < %(last)s AND state <> 'skipped' AND connector_id IS NOT NULL
) AS one
GROUP BY account_id, connector_id, country, left(dst, %(digits)s);

-- name: hold_day
-- Whoever counts a day has its row; counted again, it is open until its sums are written.
INSERT INTO margin_count (day, counted_at, open) VALUES (%(day)s, %(now)s, 1)
ON CONFLICT (day) DO UPDATE SET counted_at = excluded.counted_at;

-- name: forget_day
-- all accounts: a day is counted anew for everybody.
DELETE FROM margin_day WHERE day = %(day)s;

-- name: insert_day
-- all accounts: each row carries its own.
INSERT INTO margin_day
    (day, account_id, connector_id, country, currency, messages, segments, revenue, cost, without_cost)
SELECT %(day)s, * FROM unnest(%(accounts)s::uuid[], %(connectors)s::uuid[], %(countries)s::text[],
    %(currencies)s::text[], %(messages)s::bigint[], %(segments)s::bigint[], %(revenues)s::bigint[], %(costs)s::bigint[],
    %(without)s::bigint[]);

-- name: note_count
UPDATE margin_count SET counted_at = %(now)s, open = %(open)s WHERE day = %(day)s;

-- name: open_days
SELECT day FROM margin_count WHERE open > 0 ORDER BY day;

-- name: reopen
-- A carrier's prices were brought for days that are counted.
UPDATE margin_count SET open = greatest(open, 1) WHERE day >= %(day)s;

-- name: report
-- all accounts: the operator's margins.
SELECT CASE %(by)s WHEN 'day' THEN day::text WHEN 'country' THEN country WHEN 'connector' THEN margin_day.connector_id::text
        ELSE margin_day.account_id::text END AS what,
    margin_day.currency, sum(messages)::bigint, sum(segments)::bigint, sum(revenue)::bigint, sum(cost)::bigint,
    sum(without_cost)::bigint,
    sum(CASE WHEN credit.currency = margin_day.currency THEN revenue::numeric * credit.price / 1000000 END)::bigint
FROM margin_day
LEFT JOIN LATERAL (
    SELECT currency, price FROM credit_price
    WHERE credit_price.from_credits = 0
        AND (credit_price.account_id = margin_day.account_id OR credit_price.account_id IS NULL)
    ORDER BY credit_price.account_id NULLS LAST LIMIT 1
) AS credit ON true
WHERE day >= %(since)s AND day < %(until)s
    AND (%(connector_id)s::uuid IS NULL OR connector_id = %(connector_id)s)
    AND (%(country)s::text IS NULL OR country = %(country)s)
    AND (%(account_id)s::uuid IS NULL OR margin_day.account_id = %(account_id)s)
GROUP BY what, margin_day.currency ORDER BY CASE WHEN %(by)s = 'day' THEN 0 ELSE sum(revenue) END DESC, what, margin_day.currency
LIMIT 1000;

-- name: account_names
-- all accounts: the operator's margins.
SELECT id, name FROM account WHERE id = ANY (%(ids)s);

-- name: connector_names
-- all accounts: the operator's margins.
SELECT id, name FROM connector WHERE id = ANY (%(ids)s);

-- name: weights
-- all accounts: everybody's traffic is priced anew. Charged messages accepted within a span, by the first digits.
SELECT account_id, left(dst, %(digits)s), count(*), sum(coalesce(billed_segments, segments))::bigint, sum(price)::bigint
FROM message
WHERE id >= %(first)s AND id < %(last)s AND posting_id IS NOT NULL AND refund_id IS NULL
    AND (%(account_id)s::uuid IS NULL OR account_id = %(account_id)s)
    AND (connector_id IS NULL OR connector_id NOT IN (SELECT id FROM connector WHERE account_id IS NOT NULL))
GROUP BY account_id, left(dst, %(digits)s);
