"""Cards as other programs take them: Anki, tables, data sets."""
