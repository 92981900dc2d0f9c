"""Who writes mnemonics: the lexicon writer, and a card at once."""
