-- Statements of the events room for readers, and about who listens.

-- name: untaken_by_webhooks
-- all accounts: who passes news on does so for all.
SELECT id, at, kind, subject, data, account_id FROM event
WHERE webhooks_at IS NULL ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED;

-- name: untaken_by_alerts
-- all accounts: who passes news on does so for all.
SELECT id, at, kind, subject, data, account_id FROM event
WHERE alerts_at IS NULL ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED;

-- name: take_by_webhooks
-- all accounts: what this reader has locked.
UPDATE event SET webhooks_at = %(now)s WHERE id = ANY (%(ids)s) AND webhooks_at IS NULL;

-- name: take_by_alerts
-- all accounts: what this reader has locked.
UPDATE event SET alerts_at = %(now)s WHERE id = ANY (%(ids)s) AND alerts_at IS NULL;

-- name: listen
INSERT INTO listened (account_id, states) VALUES (%(account_id)s, %(states)s::text[]::message_state[])
ON CONFLICT (account_id) DO UPDATE SET states = excluded.states;

-- name: stop_listening
DELETE FROM listened WHERE account_id = %(account_id)s;
