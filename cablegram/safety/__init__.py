"""After a restore: nothing that may have been sent since the backup goes out again before the operator says so."""
