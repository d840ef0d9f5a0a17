-- How messages are written and counted: media, and how a connector or an account counts segments.

ALTER TABLE message ADD COLUMN media_url text; -- of an MMS (R55)
-- default: 160/153 and 70/67; flat160 (R42), flat120 (R43). Null: the account's, then the default.
ALTER TABLE account ADD COLUMN segment_profile text CHECK (segment_profile IN ('default', 'flat160', 'flat120'));
ALTER TABLE connector ADD COLUMN segment_profile text CHECK (segment_profile IN ('default', 'flat160', 'flat120'));
