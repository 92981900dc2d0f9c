"""Where pairs and what speaks for them come from: text, packages, sound, dense neighbours."""
