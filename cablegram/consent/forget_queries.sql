-- name: forget_reviews
DELETE FROM consent_review WHERE account_id = %(account_id)s AND number = %(number)s;

-- name: forget_entry
DELETE FROM blacklist WHERE account_id = %(account_id)s AND number = %(number)s RETURNING how;

-- name: forget_messages
DELETE FROM recent_message WHERE account_id = %(account_id)s AND number = %(number)s;
