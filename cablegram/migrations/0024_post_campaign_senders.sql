-- A campaign may name several senders, over which its messages are spread (R98, R102); null: the account's default.

ALTER TABLE campaign ADD COLUMN senders text[] CHECK (senders <> '{}');
UPDATE campaign SET senders = ARRAY[sender] WHERE sender IS NOT NULL;
ALTER TABLE campaign DROP COLUMN sender;
