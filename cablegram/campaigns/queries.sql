-- Statements of the campaigns room. Campaigns are read by the names of their columns.

-- name: insert_campaign
INSERT INTO campaign (id, account_id, name, description, list_ids, senders, template_id, text, variables, class, state,
    recipients, created_by, created_at, schedule, validity, when_closed, start_at, smart_encoding, media_url,
    per_five_minutes, provider_values, per_minute, audience, program_id, job_id, variants, variant_cuts, holdout, winner,
    sample_below, canary, canary_minutes, guards, stage, shorten, goal)
VALUES (%(campaign_id)s, %(account_id)s, %(name)s, %(description)s, %(list_ids)s, %(senders)s, %(template_id)s,
    %(text)s, %(variables)s, %(class)s::message_class, %(state)s, %(recipients)s, %(created_by)s, %(now)s,
    %(schedule)s, %(validity)s, %(when_closed)s, %(start_at)s, %(smart_encoding)s, %(media_url)s, %(per_five_minutes)s,
    %(provider_values)s::json, %(per_minute)s, %(audience)s::jsonb, %(program_id)s, %(job_id)s, %(variants)s::jsonb,
    %(variant_cuts)s::bigint[], %(holdout)s, %(winner)s::jsonb, %(sample_below)s, %(canary)s, %(canary_minutes)s,
    %(guards)s::jsonb, %(stage)s, %(shorten)s, %(goal)s::jsonb)
ON CONFLICT (account_id, lower(name)) DO NOTHING
RETURNING id;

-- name: get_campaign
SELECT * FROM campaign WHERE account_id = %(account_id)s AND id = %(campaign_id)s;

-- name: get_campaign_named
SELECT * FROM campaign WHERE account_id = %(account_id)s AND lower(name) = lower(%(name)s);

-- name: page_of_campaigns
-- Newest first.
SELECT * FROM campaign WHERE account_id = %(account_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(limit)s;

-- name: hold_campaign
-- Who moves a campaign, or makes a slice of it, holds its row: they come one after the other.
SELECT * FROM campaign WHERE account_id = %(account_id)s AND id = %(campaign_id)s FOR UPDATE;

-- name: hold_campaign_if_free
-- all accounts: a worker makes everybody's messages. What another worker holds it leaves to that one.
SELECT * FROM campaign WHERE id = %(campaign_id)s FOR UPDATE SKIP LOCKED;

-- name: save_campaign
-- What can change in a campaign's life.
UPDATE campaign SET
    state = %(state)s, reason = %(reason)s, last_contact_id = %(last_contact_id)s, is_fanned_out = %(is_fanned_out)s,
    recipients = %(recipients)s, started_at = %(started_at)s, finished_at = %(finished_at)s, stage = %(stage)s,
    stage_made_at = %(stage_made_at)s, goes_at = %(goes_at)s, verdict = %(verdict)s::jsonb, won = %(won)s,
    canary_below = %(canary_below)s, canary_last = %(canary_last)s, baseline = %(baseline)s::jsonb,
    guards = %(guards)s::jsonb, taken_out = %(taken_out)s
WHERE account_id = %(account_id)s AND id = %(campaign_id)s;

-- name: change_campaign
-- What people can change of it.
UPDATE campaign SET
    name = %(name)s, description = %(description)s, guards = %(guards)s::jsonb, per_minute = %(per_minute)s,
    per_five_minutes = %(per_five_minutes)s
WHERE account_id = %(account_id)s AND id = %(campaign_id)s;

-- name: set_audience
UPDATE campaign SET list_ids = %(list_ids)s, audience = %(audience)s::jsonb
WHERE account_id = %(account_id)s AND id = %(campaign_id)s;

-- name: why_not_made
SELECT error ->> 'code' FROM job WHERE account_id = %(account_id)s AND id = %(job_id)s;

-- name: delete_campaign
DELETE FROM campaign WHERE account_id = %(account_id)s AND id = %(campaign_id)s;

-- name: at_work
-- all accounts: what a worker has to look at. The second part are cancelled ones of which something may still come
-- back, the third those whose moment to start has come, the fourth those whose job came to nothing.
SELECT id, account_id, state, is_fanned_out, stage_made_at IS NOT NULL, guards IS NOT NULL, goes_at
FROM campaign WHERE state = 'running'
UNION ALL
SELECT id, account_id, state, is_fanned_out, stage_made_at IS NOT NULL, guards IS NOT NULL, goes_at
FROM campaign WHERE state = 'cancelled' AND finished_at IS NULL
UNION ALL
SELECT id, account_id, state, is_fanned_out, stage_made_at IS NOT NULL, guards IS NOT NULL, goes_at
FROM campaign WHERE state = 'scheduled' AND start_at <= %(now)s
UNION ALL
SELECT id, account_id, state, is_fanned_out, stage_made_at IS NOT NULL, guards IS NOT NULL, goes_at
FROM campaign WHERE state = 'creating' AND NOT EXISTS (
    SELECT FROM job WHERE job.id = campaign.job_id AND job.state IN ('waiting', 'running')
)
ORDER BY id;

-- name: take_out
INSERT INTO campaign_taken_out (campaign_id, contact_id, by, at)
VALUES (%(campaign_id)s, %(contact_id)s, %(by)s, %(now)s)
ON CONFLICT DO NOTHING RETURNING contact_id;

-- name: taken_out
-- all accounts: the campaign was just held as the account's.
SELECT contact_id FROM campaign_taken_out
WHERE campaign_id = %(campaign_id)s AND contact_id = ANY (%(contact_ids)s::uuid[]);

-- name: had_it
-- Which numbers a message of a campaign was made for, whoever had them then; each by its key, from the campaign's first.
SELECT asked.number FROM unnest(%(numbers)s::text[]) AS asked (number)
CROSS JOIN LATERAL (
    SELECT FROM message
    WHERE message.account_id = %(account_id)s AND message.dst = asked.number
        AND message.campaign_id = %(campaign_id)s AND message.state <> 'skipped'
        AND message.id >= (
            SELECT one.id FROM message AS one WHERE one.campaign_id = %(campaign_id)s ORDER BY one.id LIMIT 1
        )
    LIMIT 1
) AS found;

-- name: people
-- What became of the people of a campaign whose message was made, in the order in which that was; of some states, or all.
SELECT id, contact_id, dst, country, state::text, reason, error, segments, price, accepted_at, submitted_at, finished_at
FROM message
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s AND id > %(after)s
    AND (%(states)s::text[] IS NULL OR state::text = ANY (%(states)s))
ORDER BY id LIMIT %(limit)s;

-- name: person
SELECT id, contact_id, dst, country, state::text, reason, error, segments, price, accepted_at, submitted_at, finished_at
FROM message
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s AND dst = %(number)s
ORDER BY id DESC LIMIT 1;

-- name: reached
-- How many messages of a campaign carriers took, by the text that the person got.
SELECT campaign_variant(campaign_id, contact_id, %(cuts)s::bigint[], %(sample_below)s::bigint, %(won)s::smallint), count(*)
FROM message
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s AND state IN ('submitted', 'delivered')
GROUP BY 1;

-- name: restored_at
-- When the installation was restored from a backup, if what that brought back is still held.
SELECT value ->> 'since' FROM installation WHERE name = 'after_restore';
