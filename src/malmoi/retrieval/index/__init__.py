"""An exact index of sparse vectors in a folder."""
