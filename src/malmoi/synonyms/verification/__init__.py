"""Which pairs are believed: a calibrated probability."""
