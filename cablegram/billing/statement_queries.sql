-- name: page
-- An account's ledger, newest first, of what is asked for.
SELECT id, seq, at, kind, count, amount, balance_after, campaign_id, note, reference FROM posting
WHERE account_id = %(account_id)s AND seq < %(before)s
    AND (%(kinds)s::text[] IS NULL OR kind = ANY (%(kinds)s))
    AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
    AND (%(campaign_id)s::uuid IS NULL OR campaign_id = %(campaign_id)s)
    AND (%(text)s::text IS NULL OR strpos(lower(concat_ws(' ', note, reference)), lower(%(text)s)) > 0
        OR campaign_id IN (
            SELECT id FROM campaign
            WHERE campaign.account_id = %(account_id)s AND strpos(lower(campaign.name), lower(%(text)s)) > 0))
ORDER BY seq DESC LIMIT %(limit)s;

-- name: place
SELECT seq FROM posting WHERE account_id = %(account_id)s AND id = %(id)s;

-- name: totals
-- What the lines of a filter come to; the balances before and after its time, whatever else it leaves out.
SELECT count(*), coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::bigint,
    coalesce(sum(amount) FILTER (WHERE amount < 0), 0)::bigint,
    coalesce((
        SELECT balance_after FROM posting AS before
        WHERE before.account_id = %(account_id)s AND before.at < %(since)s ORDER BY at DESC, seq DESC LIMIT 1), 0),
    coalesce((
        SELECT balance_after FROM posting AS before
        WHERE before.account_id = %(account_id)s AND (%(until)s::timestamptz IS NULL OR before.at < %(until)s)
        ORDER BY at DESC, seq DESC LIMIT 1), 0),
    (SELECT closed_until FROM balance WHERE balance.account_id = %(account_id)s)
FROM posting
WHERE account_id = %(account_id)s
    AND (%(kinds)s::text[] IS NULL OR kind = ANY (%(kinds)s))
    AND (%(since)s::timestamptz IS NULL OR at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR at < %(until)s)
    AND (%(campaign_id)s::uuid IS NULL OR campaign_id = %(campaign_id)s)
    AND (%(text)s::text IS NULL OR strpos(lower(concat_ws(' ', note, reference)), lower(%(text)s)) > 0
        OR campaign_id IN (
            SELECT id FROM campaign
            WHERE campaign.account_id = %(account_id)s AND strpos(lower(campaign.name), lower(%(text)s)) > 0));

-- name: campaign_names
SELECT id, name FROM campaign WHERE account_id = %(account_id)s AND id = ANY (%(ids)s);
