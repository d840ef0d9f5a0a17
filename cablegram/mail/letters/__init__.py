"""The words of all letters, in English and Spanish."""
