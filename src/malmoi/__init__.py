"""Malmoi teaches small models what large ones know about words, and proves what was learned."""

import logging

__version__ = "0.1.0"

# A library shows nothing of itself: whoever uses it says where its messages go.
logging.getLogger(__name__).addHandler(logging.NullHandler())
