"""What a model is told: prompts, and a word's facts in short."""
