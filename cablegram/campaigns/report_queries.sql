-- Reports of campaigns as they are kept, and the links that share them.

-- name: get_report
SELECT counted_at, took_ms, found::text FROM campaign_report
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s;

-- name: put_report
INSERT INTO campaign_report (campaign_id, account_id, counted_at, took_ms, look_at, found)
VALUES (%(campaign_id)s, %(account_id)s, %(counted_at)s, %(took_ms)s, %(look_at)s, %(found)s::jsonb)
ON CONFLICT (campaign_id) DO UPDATE SET counted_at = excluded.counted_at, took_ms = excluded.took_ms,
    look_at = excluded.look_at, found = excluded.found;

-- name: ask_for_report
-- Somebody wants it: it is counted as soon as may be, unless that is planned.
INSERT INTO campaign_report (campaign_id, account_id, look_at)
VALUES (%(campaign_id)s, %(account_id)s, %(now)s)
ON CONFLICT (campaign_id) DO UPDATE SET look_at = coalesce(campaign_report.look_at, excluded.look_at);

-- name: put_off_report
-- all accounts: the worker's.
UPDATE campaign_report SET look_at = %(look_at)s WHERE campaign_id = %(campaign_id)s;

-- name: due_reports
-- all accounts: the worker's. Whose report is to be looked at, and running campaigns that have none.
SELECT campaign.account_id, campaign.id, report.took_ms, report.found::text
FROM campaign_report AS report JOIN campaign ON campaign.id = report.campaign_id
WHERE report.look_at <= %(now)s
UNION ALL
SELECT campaign.account_id, campaign.id, 0, NULL
FROM campaign WHERE campaign.state = 'running' AND NOT EXISTS (
    SELECT FROM campaign_report AS report WHERE report.campaign_id = campaign.id
)
LIMIT %(limit)s;

-- name: hold_report
-- all accounts: the worker's. Who counts a campaign holds its row: nobody counts it twice at once.
SELECT campaign_id FROM campaign_report WHERE campaign_id = %(campaign_id)s FOR UPDATE SKIP LOCKED;

-- name: rates
-- How fast connectors took campaigns of an account, the latest first.
SELECT (found -> 'rates')::text FROM campaign_report
WHERE account_id = %(account_id)s AND counted_at IS NOT NULL ORDER BY counted_at DESC LIMIT 20;

-- name: marketing_since
-- How many campaigns of marketing an account began since a moment, but for one.
SELECT count(*) FROM campaign
WHERE account_id = %(account_id)s AND class = 'marketing' AND started_at >= %(since)s AND id <> %(campaign_id)s;

-- name: insert_share
INSERT INTO campaign_share (id, account_id, campaign_id, token_digest, created_by, created_at, expires_at)
VALUES (%(share_id)s, %(account_id)s, %(campaign_id)s, %(digest)s, %(by)s, %(now)s, %(expires_at)s);

-- name: shares
-- Newest first.
SELECT id, campaign_id, created_by, created_at, expires_at, revoked_at FROM campaign_share
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s ORDER BY id DESC LIMIT %(limit)s;

-- name: revoke_share
UPDATE campaign_share SET revoked_at = coalesce(revoked_at, %(now)s)
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s AND id = %(share_id)s RETURNING id;

-- name: open_share
-- all accounts: who has the token is whoever the account gave it to.
SELECT account_id, campaign_id, expires_at FROM campaign_share
WHERE token_digest = %(digest)s AND revoked_at IS NULL AND expires_at > %(now)s;
