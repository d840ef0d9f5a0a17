-- What reports have counted of messages, said before it changes (decision 0058).

-- name: note_counted
-- all accounts: receipts concern everybody's messages.
-- What messages at their end were that reports have counted, before a late word moves them: the reason goes with the move.
-- Locked, so that nobody moves them between this and that.
WITH old AS (
    SELECT id, account_id, state, report_code(state, error, reason) AS code, refund_id IS NOT NULL AS is_refunded
    FROM message
    WHERE id = ANY (%(ids)s::uuid[]) AND id < (SELECT line FROM report_place WHERE only_row)
    ORDER BY id FOR UPDATE
)
INSERT INTO report_correction (account_id, id, state, code, is_refunded)
SELECT account_id, id, state, code, is_refunded FROM old;
