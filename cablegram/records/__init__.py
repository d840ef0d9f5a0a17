"""One person, out of all rooms: their history with an account, two records that become one, and the end of one."""
