-- name: get_auto
SELECT account_id, is_enabled, below, credits, money, most_a_day, most_a_month, is_armed, crossing, failures, retry_at,
    trouble
FROM auto_recharge WHERE account_id = %(account_id)s;

-- name: put_auto
-- A change begins anew: what failed before is tried again, and a balance that is below the new line buys. What is being
-- paid at this moment stays what is being dealt with.
INSERT INTO auto_recharge (account_id, is_enabled, below, credits, money, most_a_day, most_a_month, changed_by,
    changed_at)
VALUES (%(account_id)s, %(is_enabled)s, %(below)s, %(credits)s, %(money)s, %(most_a_day)s, %(most_a_month)s,
    %(changed_by)s, %(now)s)
ON CONFLICT (account_id) DO UPDATE SET is_enabled = excluded.is_enabled, below = excluded.below,
    credits = excluded.credits, money = excluded.money, most_a_day = excluded.most_a_day,
    most_a_month = excluded.most_a_month, is_armed = auto_recharge.crossing IS NULL, failures = 0, retry_at = NULL,
    trouble = '', changed_by = excluded.changed_by, changed_at = excluded.changed_at;

-- name: due
-- all accounts: where something may be to do: below the line and armed, being dealt with, or above and not armed yet.
SELECT account_id FROM auto_recharge JOIN balance USING (account_id) JOIN account ON account.id = account_id
WHERE is_enabled AND suspended_at IS NULL AND (CASE WHEN crossing IS NOT NULL THEN true
    WHEN amount < below THEN is_armed AND (retry_at IS NULL OR retry_at <= %(now)s)
    ELSE NOT is_armed OR failures > 0 END)
    AND NOT EXISTS (SELECT 1 FROM recharge WHERE recharge.account_id = auto_recharge.account_id AND is_auto
        AND state IN ('started', 'needs_action', 'unknown'))
ORDER BY account_id LIMIT %(limit)s;

-- name: claim
-- Nothing where another process is at it.
SELECT auto_recharge.account_id, is_enabled, below, credits, money, most_a_day, most_a_month, is_armed, crossing,
    failures, retry_at, trouble, amount
FROM auto_recharge JOIN balance USING (account_id)
WHERE auto_recharge.account_id = %(account_id)s AND is_enabled FOR NO KEY UPDATE OF auto_recharge SKIP LOCKED;

-- name: arm
UPDATE auto_recharge SET is_armed = true, crossing = NULL, failures = 0, retry_at = NULL, trouble = ''
WHERE account_id = %(account_id)s;

-- name: begin
UPDATE auto_recharge SET is_armed = false, crossing = %(crossing)s, trouble = '' WHERE account_id = %(account_id)s;

-- name: give_up
UPDATE auto_recharge SET is_armed = true, crossing = NULL, failures = failures + %(counts)s::integer, retry_at = %(retry_at)s,
    trouble = %(trouble)s
WHERE account_id = %(account_id)s;

-- name: end
-- A card paid. The next fall counts once the balance stands at the line or above.
UPDATE auto_recharge SET crossing = NULL, failures = 0, retry_at = NULL, trouble = '',
    is_armed = balance.amount >= below
FROM balance WHERE auto_recharge.account_id = %(account_id)s AND balance.account_id = auto_recharge.account_id
    AND crossing = %(crossing)s;
