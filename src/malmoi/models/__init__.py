"""Weights on disk and in memory: files of packages, checkpoints, encoders."""
