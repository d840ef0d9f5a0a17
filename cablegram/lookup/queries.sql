-- name: networks
-- all accounts: the world's networks are nobody's own.
SELECT mcc, mnc, name, coalesce(country, '') FROM mobile_network;

-- name: delete_networks
DELETE FROM mobile_network;

-- name: copy_networks
COPY mobile_network (mcc, mnc, name, country) FROM STDIN (FORMAT BINARY);
