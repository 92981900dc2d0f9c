"""Judging a collection's documents by hand, blind: queries in, qrels and a comparison out."""
