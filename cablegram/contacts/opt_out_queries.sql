-- name: opt_out
-- all accounts: each row names its account.
-- One that somebody writes at this moment is left as it is, as a bounce is: the blacklist has the number all the same.
WITH told AS (
    SELECT contact.id, told.evidence_id, contact.subscription AS before, contact.evidence_id AS follows
    FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[], %(evidence)s::uuid[]) AS told (account_id, number, evidence_id)
    JOIN contact ON contact.account_id = told.account_id AND contact.number = told.number
    WHERE contact.subscription IS DISTINCT FROM 'not_subscribed'
    FOR NO KEY UPDATE OF contact SKIP LOCKED
)
UPDATE contact SET subscription = 'not_subscribed', subscription_source = %(source)s, subscription_at = %(now)s,
    updated_at = %(now)s, evidence_id = told.evidence_id
FROM told WHERE contact.id = told.id
RETURNING contact.account_id, contact.id, contact.number, told.before, told.follows;

-- name: come_back
-- all accounts: each row names its account.
-- What stood before a no that the person said about everything stands again. Of a no from before the ledger, and of one
-- whose record was erased, that was a yes.
WITH told AS (
    SELECT contact.id, told.evidence_id, contact.evidence_id AS follows,
        CASE WHEN said.id IS NULL THEN 'subscribed' ELSE said.before END AS before
    FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[], %(evidence)s::uuid[]) AS told (account_id, number, evidence_id)
    JOIN contact ON contact.account_id = told.account_id AND contact.number = told.number
    LEFT JOIN evidence AS said ON said.id = contact.evidence_id AND said.kind = 'opt_out' AND said.scope = 'everything'
    WHERE contact.subscription = 'not_subscribed' AND (said.id IS NOT NULL OR contact.subscription_source = %(after)s)
    FOR NO KEY UPDATE OF contact SKIP LOCKED
)
UPDATE contact SET subscription = told.before, subscription_source = CASE WHEN told.before IS NOT NULL THEN %(source)s END,
    subscription_at = CASE WHEN told.before IS NOT NULL THEN %(now)s::timestamptz END, updated_at = %(now)s,
    evidence_id = CASE WHEN told.before IS NOT NULL THEN told.evidence_id END
FROM told WHERE contact.id = told.id
RETURNING contact.account_id, contact.id, contact.number, told.before, told.follows;
