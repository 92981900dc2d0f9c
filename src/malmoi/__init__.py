"""Malmoi teaches small models what large ones know about words, and proves what was learned."""

__version__ = "0.1.0"
