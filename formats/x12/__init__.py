"""ANSI X12 invoices (transaction set 810 of 4010 and 5010) to Invoice.

`interchange` cuts the bytes by the separators that ISA shows, checks the envelope and yields
transactions, and `read` puts one into its loops (`groups.tsv`) and lets a guide say what means
what. The shipped guide is `formats/guides/x12-810.toml`. American invoices have no VAT: what
EN 16931 wants besides is left to its rules to say.

Source: ASC X12 releases 004010 and 005010: X12.5, X12.6, transaction set 810.
"""
