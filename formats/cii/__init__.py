"""UN/CEFACT Cross Industry Invoice D16B and D22B, both ways. Knows the model and `formats.xml`."""
