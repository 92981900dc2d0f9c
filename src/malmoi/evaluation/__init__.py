"""What was learned: retrieval metrics, paired statistics clustered by page, comparison tables."""
