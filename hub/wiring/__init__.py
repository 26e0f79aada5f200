"""Builds processes out of their parts: the only place that names concrete classes."""
