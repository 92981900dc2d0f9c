"""What a text says of a word, read as claims and looked up."""
