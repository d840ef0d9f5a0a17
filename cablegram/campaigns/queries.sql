-- Statements of the campaigns room.

-- name: insert_campaign
INSERT INTO campaign (id, account_id, name, description, list_ids, senders, template_id, text, variables, class, state,
    recipients, created_by, created_at, schedule, validity, when_closed, start_at, smart_encoding, media_url,
    per_five_minutes, provider_values)
VALUES (%(campaign_id)s, %(account_id)s, %(name)s, %(description)s, %(list_ids)s, %(senders)s, %(template_id)s,
    %(text)s, %(variables)s, %(class)s::message_class, %(state)s, %(recipients)s, %(created_by)s, %(now)s,
    %(schedule)s, %(validity)s, %(when_closed)s, %(start_at)s, %(smart_encoding)s, %(media_url)s, %(per_five_minutes)s,
    %(provider_values)s::json)
ON CONFLICT (account_id, lower(name)) DO NOTHING
RETURNING id;

-- name: get_campaign
SELECT id, account_id, name, description, list_ids, senders, template_id, text, variables, class::text, state, reason,
    last_contact_id, is_fanned_out, recipients, created_by, created_at, started_at, finished_at,
    schedule, validity, when_closed, start_at, smart_encoding, media_url, per_five_minutes, provider_values
FROM campaign WHERE account_id = %(account_id)s AND id = %(campaign_id)s;

-- name: get_campaign_named
SELECT id, account_id, name, description, list_ids, senders, template_id, text, variables, class::text, state, reason,
    last_contact_id, is_fanned_out, recipients, created_by, created_at, started_at, finished_at,
    schedule, validity, when_closed, start_at, smart_encoding, media_url, per_five_minutes, provider_values
FROM campaign WHERE account_id = %(account_id)s AND lower(name) = lower(%(name)s);

-- name: page_of_campaigns
-- Newest first.
SELECT id, account_id, name, description, list_ids, senders, template_id, text, variables, class::text, state, reason,
    last_contact_id, is_fanned_out, recipients, created_by, created_at, started_at, finished_at,
    schedule, validity, when_closed, start_at, smart_encoding, media_url, per_five_minutes, provider_values
FROM campaign WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: hold_campaign
-- Who moves a campaign, or makes a slice of it, holds its row: they come one after the other.
SELECT id, account_id, name, description, list_ids, senders, template_id, text, variables, class::text, state, reason,
    last_contact_id, is_fanned_out, recipients, created_by, created_at, started_at, finished_at,
    schedule, validity, when_closed, start_at, smart_encoding, media_url, per_five_minutes, provider_values
FROM campaign WHERE account_id = %(account_id)s AND id = %(campaign_id)s FOR UPDATE;

-- name: hold_campaign_if_free
-- all accounts: a worker makes everybody's messages. What another worker holds it leaves to that one.
SELECT id, account_id, name, description, list_ids, senders, template_id, text, variables, class::text, state, reason,
    last_contact_id, is_fanned_out, recipients, created_by, created_at, started_at, finished_at,
    schedule, validity, when_closed, start_at, smart_encoding, media_url, per_five_minutes, provider_values
FROM campaign WHERE id = %(campaign_id)s FOR UPDATE SKIP LOCKED;

-- name: save_campaign
-- What can change in a campaign's life.
UPDATE campaign SET
    state = %(state)s, reason = %(reason)s, last_contact_id = %(last_contact_id)s, is_fanned_out = %(is_fanned_out)s,
    recipients = %(recipients)s, started_at = %(started_at)s, finished_at = %(finished_at)s
WHERE account_id = %(account_id)s AND id = %(campaign_id)s;

-- name: delete_campaign
DELETE FROM campaign WHERE account_id = %(account_id)s AND id = %(campaign_id)s;

-- name: at_work
-- all accounts: what a worker has to look at. The second part are cancelled ones of which something may still come
-- back, the third those whose moment to start has come.
SELECT id, account_id, state, is_fanned_out FROM campaign WHERE state = 'running'
UNION ALL
SELECT id, account_id, state, is_fanned_out FROM campaign WHERE state = 'cancelled' AND finished_at IS NULL
UNION ALL
SELECT id, account_id, state, is_fanned_out FROM campaign WHERE state = 'scheduled' AND start_at <= %(now)s
ORDER BY id;

-- name: restored_at
-- When the installation was restored from a backup, if what that brought back is still held.
SELECT value ->> 'since' FROM installation WHERE name = 'after_restore';
