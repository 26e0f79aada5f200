"""The official schemas and rules: where they lie, and what they say beside our own."""
