"""What a mnemonic is worth: rules, gate, measures, reward."""
