"""Who is better: judges of other families, and people, without knowing who wrote which."""
