"""What a teacher writes for a corpus, glossary and queries, and what is kept of it."""
