"""Recipes carried out: the only code that knows runs, stages and whole recipes."""
