"""FatturaPA 1.2.3, the Italian invoice: how an invoice of EN 16931 is written in it."""
