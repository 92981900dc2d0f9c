"""Teachers behind OpenAI-compatible endpoints."""
