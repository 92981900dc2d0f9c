"""An encoder as what other servers load."""
