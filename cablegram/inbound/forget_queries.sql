-- name: forget_texts
-- That texts came in and were paid for stays; who wrote them and what they said goes.
UPDATE inbound_text SET src = '', body = '', contact_id = NULL, media_urls = NULL
WHERE account_id = %(account_id)s AND src = %(number)s;

-- name: forget_talk
DELETE FROM conversation WHERE account_id = %(account_id)s AND number = %(number)s;

-- name: forget_name
DELETE FROM caller_name WHERE account_id = %(account_id)s AND number = %(number)s;

-- name: forget_answers
DELETE FROM automatic_answer WHERE account_id = %(account_id)s AND number = %(number)s;
