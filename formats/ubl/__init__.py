"""UBL 2.1 invoice and credit note, both ways. Knows the model and `formats.xml`, no other codec."""
