"""Decides which road a document takes, and can say why.

Knows `formats.model`, recipients, roads and rules as TOML. Never knows a codec, a channel's code,
the network, a database, the clock or chance: the same document, recipient, facts and rules always
give the same decision.

To add a condition: a function in `conditions/<family>.py` and its line in
`conditions/catalogue.py`. To add rules: a TOML file; no code.
"""
