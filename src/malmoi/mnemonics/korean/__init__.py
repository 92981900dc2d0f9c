"""Mnemonics for learners whose first language is Korean."""
