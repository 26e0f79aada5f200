"""Facturae 3.2.2, the Spanish invoice: how an invoice of EN 16931 is written in it."""
