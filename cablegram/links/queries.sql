-- Short links, who opened them, and how long they lead anywhere.

-- name: insert_links
-- all accounts: a flush may mix them; each row has its own.
INSERT INTO short_link (code, account_id, message_id, campaign_id, contact_id, program_id, number, country, url, expires_at)
SELECT code, made.account_id, message_id, campaign_id, contact_id, program_id, number, country, url,
    %(now)s::timestamptz + make_interval(days => CASE WHEN url IS NULL THEN %(leaving_days)s::int4
        ELSE coalesce(link_settings.days, %(days)s::int4) END)
FROM unnest(%(codes)s::text[], %(accounts)s::uuid[], %(messages)s::uuid[], %(campaigns)s::uuid[], %(contacts)s::uuid[],
    %(programs)s::uuid[], %(numbers)s::text[], %(countries)s::text[], %(urls)s::text[])
    AS made (code, account_id, message_id, campaign_id, contact_id, program_id, number, country, url)
LEFT JOIN link_settings ON link_settings.account_id = made.account_id;

-- name: find_link
-- all accounts: who has the code is whoever the text was sent to.
SELECT code, account_id, message_id, campaign_id, program_id, contact_id, number, url, expires_at, first_at, last_at,
    clicks, by_machines
FROM short_link WHERE code = %(code)s;

-- name: count_opened
-- all accounts: codes of everybody's texts, in their order, so that two who count wait for each other and not in a circle.
WITH opened AS MATERIALIZED (
    SELECT * FROM unnest(%(codes)s::text[], %(clicks)s::int4[], %(by_machines)s::int4[], %(firsts)s::timestamptz[],
        %(lasts)s::timestamptz[]) AS opened (code, clicks, by_machines, first_at, last_at)
), held AS MATERIALIZED (
    SELECT link.code FROM short_link AS link WHERE link.code = ANY (%(codes)s::text[]) ORDER BY link.code FOR NO KEY UPDATE
), counted AS (
    UPDATE short_link AS link SET is_opened = true, clicks = link.clicks + opened.clicks,
        by_machines = link.by_machines + opened.by_machines, first_at = least(link.first_at, opened.first_at),
        last_at = greatest(link.last_at, opened.last_at)
    FROM opened JOIN held ON held.code = opened.code
    WHERE link.code = opened.code
    RETURNING link.account_id, link.campaign_id, link.message_id, link.number, link.url, opened.last_at, link.code
), unread AS (
    INSERT INTO click_unread (code) SELECT code FROM counted WHERE last_at IS NOT NULL ORDER BY code ON CONFLICT DO NOTHING
)
SELECT account_id, campaign_id, message_id, number, url, last_at FROM counted
WHERE last_at IS NOT NULL AND url IS NOT NULL ORDER BY code;

-- name: days
SELECT days FROM link_settings WHERE account_id = %(account_id)s;

-- name: set_days
INSERT INTO link_settings (account_id, days) VALUES (%(account_id)s, %(days)s)
ON CONFLICT (account_id) DO UPDATE SET days = excluded.days;

-- name: page_of_links
-- Newest first; pages to unsubscribe are none. With `is_idle` those alone that nobody opened, which most are. The place
-- from which a page goes on is a condition of the index, so that the last page costs what the first does.
SELECT code, account_id, message_id, campaign_id, program_id, contact_id, number, url, expires_at, first_at, last_at,
    clicks, by_machines
FROM short_link
WHERE account_id = %(account_id)s AND url IS NOT NULL AND (NOT %(is_idle)s::boolean OR first_at IS NULL)
    AND (message_id, code) < (
        SELECT place.message_id, place.code FROM short_link AS place
        WHERE place.code = %(after)s AND place.account_id = %(account_id)s
        UNION ALL SELECT 'ffffffff-ffff-ffff-ffff-ffffffffffff', '~' WHERE %(after)s::text IS NULL
    )
ORDER BY message_id DESC, code DESC LIMIT %(limit)s;

-- name: page_of_clicked_links
-- Those that people opened, by an index that holds no others.
SELECT code, account_id, message_id, campaign_id, program_id, contact_id, number, url, expires_at, first_at, last_at,
    clicks, by_machines
FROM short_link
WHERE account_id = %(account_id)s AND url IS NOT NULL AND first_at IS NOT NULL
    AND (message_id, code) < (
        SELECT place.message_id, place.code FROM short_link AS place
        WHERE place.code = %(after)s AND place.account_id = %(account_id)s
        UNION ALL SELECT 'ffffffff-ffff-ffff-ffff-ffffffffffff', '~' WHERE %(after)s::text IS NULL
    )
ORDER BY message_id DESC, code DESC LIMIT %(limit)s;

-- name: page_of_clicks
-- People of a campaign who opened a link of it, newest message first.
SELECT code, account_id, message_id, campaign_id, program_id, contact_id, number, url, expires_at, first_at, last_at,
    clicks, by_machines
FROM short_link
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s AND is_opened AND clicks > 0 AND url IS NOT NULL
    AND (message_id, code) < (
        SELECT place.message_id, place.code FROM short_link AS place
        WHERE place.code = %(after)s AND place.account_id = %(account_id)s
        UNION ALL SELECT 'ffffffff-ffff-ffff-ffff-ffffffffffff', '~' WHERE %(after)s::text IS NULL
    )
ORDER BY message_id DESC, code DESC LIMIT %(limit)s;

-- name: clicked_at
-- When a person first opened any link of a message.
SELECT message_id, min(first_at) FROM short_link
WHERE account_id = %(account_id)s AND message_id = ANY (%(messages)s::uuid[]) AND url IS NOT NULL AND first_at IS NOT NULL
GROUP BY message_id;

-- name: links_of_messages
SELECT code, account_id, message_id, campaign_id, program_id, contact_id, number, url, expires_at, first_at, last_at,
    clicks, by_machines
FROM short_link WHERE account_id = %(account_id)s AND message_id = ANY (%(messages)s::uuid[]) ORDER BY message_id, code;

-- name: forget_messages
DELETE FROM short_link WHERE account_id = %(account_id)s AND message_id IN (
    SELECT id FROM message WHERE message.account_id = %(account_id)s AND message.dst = %(number)s
);

-- name: forget_expired
-- all accounts: links that nobody opened, long after they led anywhere. What was opened is history, as its message is.
DELETE FROM short_link WHERE code IN (
    SELECT code FROM short_link WHERE expires_at < %(before)s AND NOT is_opened LIMIT %(limit)s
);

-- name: by_link
-- What was opened of a campaign by where it leads, without what differs from person to person behind the question mark.
SELECT split_part(split_part(url, '#', 1), '?', 1) AS target, sum(clicks)::bigint, count(DISTINCT message_id) FILTER (WHERE clicks > 0),
    sum(by_machines)::bigint
FROM short_link
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s AND is_opened AND url IS NOT NULL
GROUP BY target ORDER BY 3 DESC, 2 DESC, 1 LIMIT %(limit)s;

-- name: by_text
-- How many people opened any link of a campaign, by country and by the text that they got.
SELECT country, campaign_variant(campaign_id, contact_id, %(cuts)s::bigint[], %(sample_below)s::bigint, %(won)s::smallint)
    AS variant, count(DISTINCT message_id), sum(clicks)::bigint
FROM short_link
WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s AND is_opened AND clicks > 0 AND url IS NOT NULL
GROUP BY 1, 2;

-- name: over_time
-- How many people opened their first link of a campaign, by hour.
SELECT date_trunc('hour', first_at) AS hour, count(*) FROM (
    SELECT min(first_at) AS first_at FROM short_link
    WHERE account_id = %(account_id)s AND campaign_id = %(campaign_id)s AND is_opened AND clicks > 0 AND url IS NOT NULL
    GROUP BY message_id
) AS person GROUP BY 1 ORDER BY 1;
