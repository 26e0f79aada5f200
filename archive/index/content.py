"""All that an index says, without its own numbers, so that two can be compared.

Each row begins with what it is, and of which log or tenant; what is said of a document goes on with
the document.
"""

_LOGS = "SELECT 'log', name, size, checkpoint FROM logs ORDER BY name"
_FILES = """
SELECT 'file', name, sha256, pack, "offset", size_bytes FROM files JOIN logs USING (log)
ORDER BY name, pack, "offset"
"""
_ENTRIES = """
SELECT 'entry', name, entry & 17179869183, entries.id, entries.hash, at, pack, "offset",
  size_bytes, key, subject, documents.id, entries.kind, step, standing, channel, state, trail
FROM entries JOIN logs ON log = entry >> 34 LEFT JOIN documents USING (document)
ORDER BY name, entry
"""
_SHARED = """
SELECT 'shared', name, entry & 17179869183, hash FROM shared JOIN logs ON log = entry >> 34
ORDER BY name, entry, hash
"""
_DOCUMENTS = """
SELECT 'document', name, id, hash, since & 281474976710655
FROM documents JOIN tenants USING (tenant) LEFT JOIN facts USING (document, fact)
ORDER BY name, id
"""
_SAID = """
SELECT 'said', name, documents.id, entry & 17179869183, since & 281474976710655
FROM entries JOIN logs ON log = entry >> 34 JOIN facts USING (document, fact)
  LEFT JOIN documents USING (document)
ORDER BY name, entry
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
SELECT 'vat', tenants.name, id, since & 281474976710655, line, month, category, rate, net, tax
FROM vat JOIN facts USING (fact) JOIN tenants USING (tenant) LEFT JOIN documents USING (document)
ORDER BY tenants.name, since, line
"""
_LISTS = """
SELECT '{0}', tenants.name, id, since & 281474976710655, {0}.{1}
FROM {0} JOIN facts USING (fact) JOIN tenants USING (tenant) LEFT JOIN documents USING (document)
ORDER BY tenants.name, since, {0}.{1}
"""

PLACES = (_LOGS, _FILES, _ENTRIES)
"""What was filed, and where it lies."""

SAID = (
    _DOCUMENTS,
    _SAID,
    _FACTS,
    _VAT,
    _LISTS.format("vat_ids", "vat_id"),
    _LISTS.format("corrects", "number"),
)
"""What was said of documents."""

CONTENT = (*PLACES, _SHARED, *SAID)

UNEVEN = """
SELECT name, id FROM uneven JOIN documents USING (document) JOIN tenants USING (tenant)
"""
"""Documents of which an index that is built anew may know otherwise: of some, entries that had said
something were erased and others stay; of some, entries were filed against the order of the logs."""
