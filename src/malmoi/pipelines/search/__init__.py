"""The run that trains a search encoder."""
