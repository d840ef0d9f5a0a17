"""A new account with all it needs: credits, a key, and on the simulated carrier a number to send from."""
