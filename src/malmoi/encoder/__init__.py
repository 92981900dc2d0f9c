"""The second student: a learned-sparse encoder for Korean/English search."""
