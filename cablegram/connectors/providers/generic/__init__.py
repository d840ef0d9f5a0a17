"""Any provider over HTTP, by settings alone: which request, where the answer says what, how receipts and texts look."""
