"""FatturaPA 1.2, the Italian invoice: how an invoice of EN 16931 is written in it, and read."""
