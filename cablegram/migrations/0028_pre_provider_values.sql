-- What a provider's own form of a message takes besides number, sender and text: template, variables, values of $$names.
-- Not jsonb, which sorts its names: variables keep the order in which they were given, and some providers go by it.

ALTER TABLE message ADD COLUMN provider_values json;
-- The same of all messages of a campaign; its texts are templates, filled in for each person.
ALTER TABLE campaign ADD COLUMN provider_values json;
