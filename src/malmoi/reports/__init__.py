"""What a run ends with: pages that people read, and their plots."""
