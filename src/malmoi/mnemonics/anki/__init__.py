"""A learner's Anki: what a running one is asked for and given, and what an export of one holds."""
