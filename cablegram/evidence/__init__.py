"""The ledger of consent: who agreed or said no, when, how and to which words, as rows that hold each other in place."""
