"""The words a rule may use: one pure function each, listed in `catalogue.py`."""
