"""FA(3), the Polish invoice of KSeF: how an invoice of EN 16931 is written in it."""
