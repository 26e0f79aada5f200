"""CSV to Invoice, as a mapping guide says: `read` does it, `plan` understands the guide.

Knows no sender: which column means what is data, and `formats/guides/csv-example.toml` explains
every word of it. A column that the guide does not name is refused, never skipped in silence.
"""
