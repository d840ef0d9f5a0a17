-- Which connectors carry a sender is said by sender_connector (0019) alone.

ALTER TABLE sender DROP COLUMN connector_id;
