"""A run on disk: its stages, their records, what a kill leaves."""
