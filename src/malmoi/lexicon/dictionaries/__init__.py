"""Dictionaries: their formats, their entries, what they say of a word's meaning and origin."""
