"""The first student: from a word list to cards whose claims are true, and a small model that
learned to write them."""
