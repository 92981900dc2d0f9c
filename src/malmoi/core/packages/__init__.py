"""Where data comes from: Debian packages, fetched or found, and installed Python packages."""
