"""The small model that learns to write mnemonics: SFT, GRPO, and what it is handed over as."""
