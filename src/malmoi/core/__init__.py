"""What everything stands on and what knows nothing of words: errors, files, progress, processes."""
