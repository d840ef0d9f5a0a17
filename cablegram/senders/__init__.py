"""What an account may put in `from`: numbers, short codes and names."""
