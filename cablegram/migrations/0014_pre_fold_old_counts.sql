-- The log of counts grows coarser with age. Each index holds what one step has still to add together, and no row that was
-- just written: those stand between two seconds.

CREATE INDEX progress_seconds ON progress (at)
WHERE date_trunc('second', at AT TIME ZONE 'UTC') = at AT TIME ZONE 'UTC'
    AND date_trunc('minute', at AT TIME ZONE 'UTC') <> at AT TIME ZONE 'UTC';

CREATE INDEX progress_minutes ON progress (at)
WHERE date_trunc('minute', at AT TIME ZONE 'UTC') = at AT TIME ZONE 'UTC'
    AND date_trunc(CASE WHEN campaign_id IS NULL THEN 'day' ELSE 'hour' END, at AT TIME ZONE 'UTC') <> at AT TIME ZONE 'UTC';
