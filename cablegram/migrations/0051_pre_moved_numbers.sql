-- A number that goes from one contact to another while a campaign is on its way must not get the campaign twice, so a
-- contact knows since when it has its number; and links that people opened are found without those that nobody did.

-- Null: since it is there. Nearly all contacts keep the number that they were made with.
ALTER TABLE contact ADD COLUMN numbered_at timestamptz;

-- Of ten million links some hundred thousand are ever opened: whoever asks for those walks through no others.
CREATE INDEX short_link_clicked ON short_link (account_id, message_id, code) WHERE is_opened AND clicks > 0;
