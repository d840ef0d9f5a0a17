-- Statements for the operator's eyes: every account with what it did lately, from the sums.

-- name: page
-- all accounts: the operator's list, newest first; of each its own sums. `like` is null, or a pattern for its name.
SELECT account.id, account.name, account.default_country, account.created_at, account.suspended_at, balance.amount,
    balance.last_at, lately.messages::bigint, lately.delivered::bigint, lately.ended::bigint, lately.received::bigint,
    lately.spent::bigint, lately.last_day,
    (SELECT count(*) FROM membership WHERE membership.account_id = account.id)
FROM (
    SELECT * FROM account
    WHERE (%(after)s::uuid IS NULL OR id < %(after)s) AND (%(only)s::uuid IS NULL OR id = %(only)s)
        AND (%(like)s::text IS NULL OR lower(name) LIKE %(like)s OR id::text = %(words)s)
    ORDER BY id DESC LIMIT %(limit)s
) AS account
LEFT JOIN balance ON balance.account_id = account.id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(messages) FILTER (WHERE NOT is_inbound AND state <> 'skipped'), 0) AS messages,
        coalesce(sum(messages) FILTER (WHERE state = 'delivered'), 0) AS delivered,
        coalesce(sum(messages) FILTER (
            WHERE state IN ('delivered', 'undelivered', 'expired', 'rejected', 'failed')), 0) AS ended,
        coalesce(sum(messages) FILTER (WHERE is_inbound), 0) AS received,
        coalesce(sum(charged - refunded), 0) AS spent, max(day) FILTER (WHERE messages > 0) AS last_day
    FROM report_day WHERE report_day.account_id = account.id AND day >= %(since)s
) AS lately
ORDER BY account.id DESC;

-- name: people
SELECT app_user.id, display_name, login, role FROM membership JOIN app_user ON app_user.id = user_id
WHERE account_id = %(account_id)s ORDER BY lower(display_name) LIMIT 50;

-- name: senders
SELECT address, is_default FROM sender WHERE account_id = %(account_id)s ORDER BY is_default DESC, address LIMIT 50;

-- name: connectors
SELECT id, name, is_enabled FROM connector WHERE account_id = %(account_id)s ORDER BY lower(name) LIMIT 50;
