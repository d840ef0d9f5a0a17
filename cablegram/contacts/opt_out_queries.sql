-- name: opt_out
-- all accounts: each pair names its account.
-- One that somebody writes at this moment is left as it is, as a bounce is: the blacklist has the number all the same.
WITH told AS (
    SELECT contact.id
    FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[]) AS told (account_id, number)
    JOIN contact ON contact.account_id = told.account_id AND contact.number = told.number
    WHERE contact.subscription IS DISTINCT FROM 'not_subscribed'
    FOR NO KEY UPDATE OF contact SKIP LOCKED
)
UPDATE contact SET subscription = 'not_subscribed', subscription_source = %(source)s, subscription_at = %(now)s,
    updated_at = %(now)s
FROM told WHERE contact.id = told.id
RETURNING contact.account_id, contact.id, contact.number;

-- name: come_back
-- all accounts: each pair names its account.
WITH told AS (
    SELECT contact.id
    FROM unnest(%(accounts)s::uuid[], %(numbers)s::text[]) AS told (account_id, number)
    JOIN contact ON contact.account_id = told.account_id AND contact.number = told.number
    WHERE contact.subscription = 'not_subscribed' AND contact.subscription_source = %(after)s
    FOR NO KEY UPDATE OF contact SKIP LOCKED
)
UPDATE contact SET subscription = 'subscribed', subscription_source = %(source)s, subscription_at = %(now)s,
    updated_at = %(now)s
FROM told WHERE contact.id = told.id
RETURNING contact.account_id, contact.id, contact.number;
