"""What a document is: the model, the formats it is read from and written to, the rules it obeys.

Knows EN 16931, the e-invoice syntaxes, ERP outputs and letters. Never knows the network, a
database, the clock, chance, or any other package of this project: every function here takes bytes
or a document and returns a document, findings or bytes.

To add a format: one file with `claims` and `read` and/or `write`, one line in `catalogue.py`, one
folder in `tests/samples/`.
"""
