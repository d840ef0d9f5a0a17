"""What stands outside: a carrier with its phones, behind the real wire. It knows nothing of the product."""
