-- Faults for the audit to find: what no code of ours can do, done by somebody with the tables in hands. Each says which
-- sentences it contradicts, and returns what the audit has to name.

-- name: a_message_is_gone
-- contradicts: accepted states charges
DELETE FROM message WHERE id = (SELECT id FROM message WHERE state = 'delivered' LIMIT 1) RETURNING posting_id;

-- name: a_message_that_waits_is_gone
-- contradicts: accepted states charges waiting
DELETE FROM message WHERE id = (SELECT id FROM queue LIMIT 1) RETURNING id;

-- name: a_state_was_changed_by_hand
-- contradicts: states
UPDATE message SET state = 'undelivered' WHERE state = 'delivered' RETURNING state;

-- name: a_queued_message_is_said_to_be_on_the_wire
-- contradicts: states waiting flying
UPDATE message SET state = 'submitting' WHERE id = (SELECT id FROM queue LIMIT 1) RETURNING id;

-- name: a_queued_message_was_withdrawn_without_refund
-- contradicts: states waiting refunded
UPDATE message SET state = 'cancelled' WHERE id = (SELECT id FROM queue LIMIT 1) RETURNING id;

-- name: a_price_was_raised_by_hand
-- contradicts: accepted states charges
UPDATE message SET price = price + 1 WHERE state = 'delivered' RETURNING posting_id;

-- name: a_message_was_taken_out_of_its_campaign
-- contradicts: accepted states charged refunded
UPDATE message SET campaign_id = NULL WHERE campaign_id IS NOT NULL AND state = 'cancelled' RETURNING id;

-- name: a_message_was_put_into_another_account
-- contradicts: accepted states charged
UPDATE message SET account_id = (SELECT account_id FROM message WHERE state = 'queued' ORDER BY account_id DESC LIMIT 1)
WHERE id = (SELECT id FROM message WHERE state = 'delivered' ORDER BY account_id LIMIT 1) RETURNING id;

-- name: a_message_names_a_posting_that_is_not_there
-- contradicts: charged charges
UPDATE message SET posting_id = gen_random_uuid() WHERE state = 'unknown' RETURNING id;

-- name: a_message_names_a_grant_as_its_charge
-- contradicts: charged charges
UPDATE message SET posting_id = (SELECT id FROM posting WHERE kind = 'grant' LIMIT 1) WHERE state = 'unknown'
RETURNING id;

-- name: a_skipped_message_names_a_charge
-- contradicts: charged charges
UPDATE message SET posting_id = (SELECT id FROM posting WHERE kind = 'charge' LIMIT 1) WHERE state = 'skipped'
RETURNING id;

-- name: a_delivered_message_was_paid_back
-- contradicts: refunded refunds
UPDATE message SET refund_id = (SELECT id FROM posting WHERE kind = 'refund' AND campaign_id IS NULL LIMIT 1)
WHERE state = 'delivered' AND account_id = (SELECT account_id FROM posting WHERE kind = 'refund' LIMIT 1) RETURNING id;

-- name: a_refund_is_not_named
-- contradicts: refunded refunds
UPDATE message SET refund_id = NULL WHERE state = 'rejected' RETURNING id;

-- name: a_charge_is_named_as_refund
-- contradicts: refunded refunds
UPDATE message SET refund_id = posting_id WHERE state = 'rejected' RETURNING id;

-- name: a_message_expired_before_it_was_sent_and_was_not_paid_back
-- contradicts: refunded
UPDATE message SET claimed_at = NULL WHERE state = 'expired' RETURNING id;

-- name: a_refund_has_no_reason_any_more
-- contradicts: refunded
DELETE FROM message_event WHERE kind = 'given_up'
    AND message_id = (SELECT id FROM message WHERE state = 'submitted' AND refund_id IS NOT NULL) RETURNING message_id;

-- name: a_charge_is_gone
-- contradicts: accepted charged balances ledger
DELETE FROM posting WHERE id = (SELECT posting_id FROM message WHERE state = 'unknown') RETURNING id;

-- name: a_charge_counts_one_message_too_many
-- contradicts: accepted charges
UPDATE posting SET count = count + 1 WHERE id = (SELECT posting_id FROM message WHERE state = 'unknown') RETURNING id;

-- name: a_charge_is_too_dear
-- contradicts: accepted charges balances ledger
UPDATE posting SET amount = amount - 1 WHERE id = (SELECT posting_id FROM message WHERE state = 'unknown')
RETURNING id;

-- name: a_refund_is_too_large
-- contradicts: refunds balances ledger
UPDATE posting SET amount = amount + 1 WHERE id = (SELECT refund_id FROM message WHERE state = 'rejected') RETURNING id;

-- name: a_number_is_left_out
-- contradicts: ledger
UPDATE posting SET seq = seq + 1 WHERE (account_id, seq) IN (
    SELECT account_id, max(seq) FROM posting GROUP BY account_id
) RETURNING id;

-- name: an_inbound_charge_counts_too_few
-- contradicts: inbound
UPDATE posting SET count = 1 WHERE kind = 'inbound' RETURNING id;

-- name: a_text_was_charged_that_never_came
-- contradicts: inbound balances
INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after)
SELECT gen_random_uuid(), account_id, last_seq + 1, now(), 'inbound', 1, -1, amount - 1 FROM balance
WHERE last_seq > 3 RETURNING id;

-- name: a_text_that_came_in_is_gone
-- contradicts: inbound
DELETE FROM inbound_text WHERE id = (SELECT id FROM inbound_text WHERE posting_id IS NOT NULL LIMIT 1)
RETURNING posting_id;

-- name: texts_that_came_in_name_no_charge
-- contradicts: inbound
UPDATE inbound_text SET posting_id = NULL WHERE account_id IS NOT NULL RETURNING (SELECT min(id::text) FROM inbound_text
    AS first WHERE account_id IS NOT NULL);

-- name: a_text_of_nobody_was_charged
-- contradicts: inbound
UPDATE inbound_text SET posting_id = gen_random_uuid() WHERE account_id IS NULL RETURNING posting_id;

-- name: a_count_is_gone
-- contradicts: accepted states
DELETE FROM progress WHERE ctid = (SELECT ctid FROM progress WHERE state = 'delivered' LIMIT 1) RETURNING state;

-- name: a_count_was_written_twice
-- contradicts: accepted states
INSERT INTO progress (SELECT * FROM progress WHERE state = 'rejected' LIMIT 1) RETURNING state;

-- name: a_count_of_skipped_was_written_twice
-- contradicts: states
INSERT INTO progress (SELECT * FROM progress WHERE state = 'skipped' LIMIT 1) RETURNING state;

-- name: a_count_of_skipped_costs_something
-- contradicts: states
UPDATE progress SET amount = amount + 1 WHERE state = 'skipped' RETURNING state;

-- name: a_balance_was_raised_by_hand
-- contradicts: balances
UPDATE balance SET amount = amount + 1 RETURNING account_id;

-- name: a_balance_has_another_number
-- contradicts: balances
UPDATE balance SET last_seq = last_seq + 1 RETURNING account_id;

-- name: a_balance_is_gone
-- contradicts: balances
DELETE FROM balance RETURNING account_id;

-- name: a_queued_message_waits_nowhere
-- contradicts: waiting
DELETE FROM queue WHERE id = (SELECT id FROM queue LIMIT 1) RETURNING id;

-- name: a_message_stands_in_the_queue_twice
-- contradicts: waiting
INSERT INTO queue SELECT connector_id, 1, share + 1, id, campaign_id, segments FROM queue LIMIT 1 RETURNING id;

-- name: a_message_is_in_the_queue_and_held
-- contradicts: waiting
INSERT INTO held SELECT id, connector_id, 1, 1, campaign_id, segments FROM queue LIMIT 1 RETURNING id;

-- name: something_waits_that_is_no_message
-- contradicts: waiting
INSERT INTO held SELECT gen_random_uuid(), connector_id, 1, 1, NULL, segments FROM queue LIMIT 1 RETURNING id;

-- name: a_message_waits_with_another_size
-- contradicts: waiting
UPDATE held SET segments = 9 RETURNING id;

-- name: a_message_waits_for_another_connector
-- contradicts: waiting
UPDATE held SET connector_id = gen_random_uuid() RETURNING id;

-- name: a_message_waits_for_no_campaign
-- contradicts: waiting
UPDATE held SET campaign_id = NULL WHERE campaign_id IS NOT NULL RETURNING id;

-- name: a_delivered_message_is_in_the_queue_again
-- contradicts: waiting
INSERT INTO queue SELECT connector_id, 1, 1, id, campaign_id, segments FROM message WHERE state = 'delivered'
RETURNING id;

-- name: a_message_in_question_has_no_mark
-- contradicts: flying
DELETE FROM flight WHERE is_unknown RETURNING id;

-- name: a_message_on_the_wire_has_no_mark
-- contradicts: flying
DELETE FROM flight WHERE NOT is_unknown RETURNING id;

-- name: the_marks_are_the_wrong_way_round
-- contradicts: flying
UPDATE flight SET is_unknown = NOT is_unknown RETURNING id;

-- name: a_message_is_on_the_wire_of_another_connector
-- contradicts: flying
UPDATE flight SET connector_id = gen_random_uuid() RETURNING id;

-- name: something_is_on_the_wire_that_is_no_message
-- contradicts: flying
INSERT INTO flight SELECT gen_random_uuid(), connector_id, 1 FROM queue LIMIT 1 RETURNING id;

-- name: a_delivered_message_is_on_the_wire_again
-- contradicts: flying
INSERT INTO flight SELECT id, connector_id, 1 FROM message WHERE state = 'delivered' RETURNING id;

-- name: a_paused_campaign_is_in_the_queue
-- contradicts: paused
INSERT INTO paused_campaign (SELECT campaign_id FROM queue WHERE campaign_id IS NOT NULL LIMIT 1) RETURNING campaign_id;

-- name: a_message_waits_for_somebody_who_opted_out
-- contradicts: stopped
WITH target AS (
    SELECT message.id, account_id, dst FROM queue JOIN message ON message.id = queue.id LIMIT 1
), put AS (
    INSERT INTO blacklist (account_id, number, id, how, added_by, added_at)
    SELECT account_id, dst, gen_random_uuid(), 'stop', 'tests', now() FROM target
)
SELECT id FROM target;

-- name: a_message_is_said_to_have_been_sent_again
-- contradicts: resent
INSERT INTO resend SELECT id, account_id, campaign_id, accepted_at FROM message WHERE state = 'delivered' LIMIT 1
RETURNING account_id;

-- name: somebody_of_a_campaign_has_no_message
-- contradicts: recipients
INSERT INTO campaign (id, account_id, name, description, list_ids, text, variables, class, state, is_fanned_out, recipients,
    created_by, created_at)
SELECT campaign_id, account_id, 'short', '', '{}', 'Hello', '{}', 'marketing', 'finished', true, count(*) + 1, 'tests', now()
FROM message WHERE campaign_id IS NOT NULL GROUP BY campaign_id, account_id LIMIT 1 RETURNING id;

-- name: a_contact_is_subscribed_by_nobodys_word
-- contradicts: permitted
UPDATE contact SET subscription = 'subscribed' WHERE id = (SELECT min(id::text)::uuid FROM contact) RETURNING id;

-- name: an_event_of_consent_is_made_up
-- contradicts: consent
INSERT INTO evidence (account_id, seq, id, form, after, hash, at, recorded_at, scope, kind, how, sealed, salt)
SELECT id, 1, gen_random_uuid(), 1, '', '', now(), now(), 'marketing', 'opt_in', 'api', '', '' FROM account LIMIT 1
RETURNING id;

-- name: an_entry_of_the_journal_has_one_side
-- contradicts: money sides
WITH entry AS (
    INSERT INTO journal_entry VALUES (gen_random_uuid(), now(), 'payment', 'pi_1') RETURNING id
)
INSERT INTO journal_leg (entry_id, place, ledger, unit, amount) SELECT id, 1, 'processor', 'EUR', 5 FROM entry
RETURNING entry_id;

-- name: a_number_was_paid_with_credit_that_was_not_there
-- contradicts: covered
WITH target AS (
    UPDATE balance SET amount = -7, last_seq = last_seq + 1
    WHERE account_id = (SELECT min(account_id::text)::uuid FROM posting) RETURNING account_id, last_seq
)
INSERT INTO posting (id, account_id, seq, at, kind, count, amount, balance_after)
SELECT gen_random_uuid(), account_id, last_seq, now(), 'number', 0,
    -7 - (SELECT sum(amount) FROM posting WHERE posting.account_id = target.account_id), -7 FROM target
RETURNING id;

-- name: a_closed_day_is_made_up
-- contradicts: closed
INSERT INTO ledger_close VALUES ('2020-01-01', now(), 0, '', '', '') RETURNING day;

-- name: a_payment_brought_no_credits
-- contradicts: payments money
INSERT INTO recharge (id, account_id, processor, credits, amount, currency, state, started_by, created_at, settled_at)
SELECT gen_random_uuid(), id, 'manual', 5000000, 500, 'EUR', 'paid', 'tests', now(), now() FROM account LIMIT 1
RETURNING id;

-- name: money_is_in_the_books_that_nobody_paid
-- contradicts: money
WITH entry AS (
    INSERT INTO journal_entry (id, at, kind, reference) VALUES (gen_random_uuid(), now(), 'payment', 'nobody') RETURNING id
), legs AS (
    INSERT INTO journal_leg (entry_id, place, ledger, account_id, unit, amount)
    SELECT entry.id, place, ledger, (SELECT id FROM account LIMIT 1), 'EUR', amount
    FROM entry CROSS JOIN (VALUES (1, 'bank', -5000000), (2, 'payment_clearing', 5000000)) AS leg (place, ledger, amount)
    RETURNING 1
)
SELECT 'payments hold 0 millionths of EUR' FROM legs LIMIT 1;
