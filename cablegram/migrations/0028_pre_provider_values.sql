-- What a provider's own form of a message takes besides number, sender and text: template, variables, values of $$names.

ALTER TABLE message ADD COLUMN provider_values jsonb;
