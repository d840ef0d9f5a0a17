"""Letters (e-mail): written in one catalogue, posted in the transaction of what they tell of, sent behind it."""
