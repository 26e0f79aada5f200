"""All that a SQLite index says, without its own numbers, so that two can be compared."""

_LOGS = "SELECT 'log', name, size, checkpoint FROM logs ORDER BY name"
_FILES = """
SELECT 'file', name, sha256, pack, "offset", size_bytes FROM files JOIN logs USING (log)
ORDER BY name, pack, "offset"
"""
_ENTRIES = """
SELECT 'entry', name, entry & 17179869183, entries.id, entries.hash, at, pack, "offset",
  size_bytes, key, subject, documents.id, entries.kind, step, standing, channel, state
FROM entries JOIN logs ON log = entry >> 34 LEFT JOIN documents USING (document)
ORDER BY name, entry
"""
_SAID = """
SELECT 'said', name, entry & 17179869183, since & 281474976710655
FROM entries JOIN logs ON log = entry >> 34 JOIN facts USING (document, fact) ORDER BY name, entry
"""
_SHARED = """
SELECT 'shared', name, entry & 17179869183, hash FROM shared JOIN logs ON log = entry >> 34
ORDER BY name, entry, hash
"""
_FACTS = """
SELECT 'fact', tenants.name, id, since & 281474976710655, until & 281474976710655, number, kind,
  issue_date, due_date, currency, total, payable, customer, customer_name, country, facts.vat_ids,
  facts.vat, facts.corrects, sender, retention_until, amount, pattern, serial, standing, channel,
  state, text IS NULL
FROM facts JOIN tenants USING (tenant) LEFT JOIN documents USING (document)
ORDER BY tenants.name, since, until
"""
_VAT = """
SELECT 'vat', tenants.name, since & 281474976710655, line, month, category, rate, net, tax
FROM vat JOIN facts USING (fact) JOIN tenants USING (tenant) ORDER BY tenants.name, since, line
"""
_LISTS = """
SELECT '{0}', tenants.name, since & 281474976710655, {0}.{1}
FROM {0} JOIN facts USING (fact) JOIN tenants USING (tenant) ORDER BY tenants.name, since, {0}.{1}
"""

PLACES = (_LOGS, _FILES, _ENTRIES)
"""What was filed, and where it lies."""

CONTENT = (
    *PLACES,
    _SAID,
    _SHARED,
    _FACTS,
    _VAT,
    _LISTS.format("vat_ids", "vat_id"),
    _LISTS.format("corrects", "number"),
)
"""Also what was said of documents; what an erased entry had said may be told by another."""
