"""The run that trains a mnemonic writer."""
