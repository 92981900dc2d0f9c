"""Handlers: what a page's address asks for, what its template gets."""
