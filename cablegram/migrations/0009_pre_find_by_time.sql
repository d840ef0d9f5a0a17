-- What housekeeping looks for by time, every few seconds: it must not read whole tables for that.

CREATE INDEX orphan_receipt_arrived ON orphan_receipt (arrived_at);

-- Rows of the log of counts that were not added together yet: those that stand between two whole seconds. A row that
-- is folded once is left alone afterwards.
CREATE INDEX progress_unfolded ON progress (at) WHERE date_trunc('second', at AT TIME ZONE 'UTC') <> at AT TIME ZONE 'UTC';
