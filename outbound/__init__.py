"""Roads out of the house: each channel carries a parcel and says what became of it.

Knows bytes with a label, where they are to go, and the wire. Never knows the model, a format, a
rule, the archive or the hub's database. What a print partner is handed is made in `print_mail`.

To add a channel: one file with `Settings` and a class that fulfils `channel.Channel`, one line in
`catalogue.py`; `tests/outbound/test_contract.py` takes it up from there.
"""
