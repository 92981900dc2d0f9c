"""What is searched and what is asked of it, from wherever it is."""
