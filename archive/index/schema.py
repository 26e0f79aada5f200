"""The tables of the SQLite index, and the numbers by which its rows are ordered.

An entry's number is made of tenant, year and position, so the order of numbers is that of filing.
A fact's is made of tenant, issue date and a count, so the order of numbers is that of the dates;
its full text has the same number, so what is found comes in that order, too.
"""

import re

VERSION = 5

SCHEMA = """
CREATE TABLE tenants (tenant INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE logs (
  log INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL, checkpoint TEXT NOT NULL
);
CREATE TABLE files (
  hash INTEGER NOT NULL, sha256 BLOB NOT NULL, log INTEGER NOT NULL, pack INTEGER NOT NULL,
  "offset" INTEGER NOT NULL, size_bytes INTEGER NOT NULL
);
CREATE TABLE shared (hash INTEGER, entry INTEGER, PRIMARY KEY (hash, entry)) WITHOUT ROWID;
CREATE TABLE entries (
  entry INTEGER PRIMARY KEY, hash INTEGER NOT NULL, id BLOB NOT NULL, at INTEGER NOT NULL,
  pack INTEGER NOT NULL, "offset" INTEGER NOT NULL, size_bytes INTEGER NOT NULL, key BLOB NOT NULL,
  subject BLOB, document INTEGER, fact INTEGER, kind TEXT NOT NULL, step TEXT NOT NULL,
  standing TEXT, channel TEXT, state TEXT, trail INTEGER
);
CREATE INDEX entries_by_hash ON entries (hash);
CREATE INDEX entries_by_document ON entries (document) WHERE document IS NOT NULL;
CREATE TABLE documents (
  document INTEGER PRIMARY KEY, hash INTEGER NOT NULL, id TEXT NOT NULL, tenant INTEGER NOT NULL,
  fact INTEGER
);
CREATE INDEX documents_by_hash ON documents (hash);
CREATE TABLE uneven (document INTEGER PRIMARY KEY);
CREATE TABLE facts (
  fact INTEGER PRIMARY KEY, document INTEGER NOT NULL, tenant INTEGER NOT NULL,
  since INTEGER NOT NULL, until INTEGER, number TEXT, kind TEXT, issue_date TEXT, due_date TEXT,
  currency TEXT, total TEXT, payable TEXT, customer TEXT, customer_name TEXT, country TEXT,
  vat_ids TEXT, vat TEXT, corrects TEXT, sender TEXT, retention_until TEXT, amount INTEGER,
  pattern TEXT, serial INTEGER, standing TEXT, channel TEXT, state TEXT, text INTEGER
);
CREATE TABLE vat (
  fact INTEGER, line INTEGER, month TEXT NOT NULL, category TEXT NOT NULL, rate INTEGER,
  net INTEGER NOT NULL, tax INTEGER NOT NULL, PRIMARY KEY (fact, line)
) WITHOUT ROWID;
CREATE TABLE vat_ids (vat_id TEXT, fact INTEGER, PRIMARY KEY (vat_id, fact)) WITHOUT ROWID;
CREATE TABLE corrects (number TEXT, fact INTEGER, PRIMARY KEY (number, fact)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (
  text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0'
);
CREATE VIRTUAL TABLE grams USING fts5 (
  text, content='', contentless_delete=1, detail=none, tokenize='trigram'
);
"""

INDEXES = """
CREATE INDEX IF NOT EXISTS files_by_hash ON files (hash);
CREATE INDEX IF NOT EXISTS entries_by_key ON entries (key);
CREATE INDEX IF NOT EXISTS entries_by_subject ON entries (subject) WHERE subject IS NOT NULL;
CREATE INDEX IF NOT EXISTS entries_by_time ON entries (at);
CREATE INDEX IF NOT EXISTS entries_by_state ON entries (state) WHERE state IS NOT NULL;
CREATE INDEX IF NOT EXISTS facts_by_document ON facts (document);
CREATE INDEX IF NOT EXISTS facts_by_number ON facts (number) WHERE number IS NOT NULL;
CREATE INDEX IF NOT EXISTS facts_by_serial ON facts (tenant, pattern, serial)
  WHERE pattern IS NOT NULL;
CREATE INDEX IF NOT EXISTS facts_by_customer ON facts (customer) WHERE customer IS NOT NULL;
CREATE INDEX IF NOT EXISTS facts_by_amount ON facts (tenant, amount) WHERE amount IS NOT NULL;
CREATE INDEX IF NOT EXISTS facts_by_standing ON facts (standing) WHERE standing IS NOT NULL;
CREATE INDEX IF NOT EXISTS facts_by_state ON facts (state) WHERE state IS NOT NULL;
CREATE INDEX IF NOT EXISTS facts_by_end ON facts (retention_until)
  WHERE retention_until IS NOT NULL;
"""

TABLES = (
    *("tenants", "logs", "files", "shared", "entries", "documents", "uneven"),
    *("facts", "vat", "vat_ids", "corrects", "words", "grams"),
)

INDEX_NAMES = re.findall(r"INDEX IF NOT EXISTS (\w+)", INDEXES)

_YEAR_BITS, _POSITION_BITS = 14, 34
_DAY_BITS, _COUNT_BITS = 22, 26
TENANT_BITS = 48


def tenant_range(tenant: int) -> tuple[int, int]:
    """Return the lowest and the highest number that anything of a tenant has."""
    return tenant << TENANT_BITS, (tenant + 1 << TENANT_BITS) - 1


def log_number(tenant: int, year: int) -> int:
    """Return the number of a log."""
    return tenant << _YEAR_BITS | year


def entry_number(log: int, position: int) -> int:
    """Return the number of an entry."""
    return log << _POSITION_BITS | position


def place_of(entry: int) -> tuple[int, int]:
    """Return the log and the position of an entry."""
    return entry >> _POSITION_BITS, entry & (1 << _POSITION_BITS) - 1


def day_range(tenant: int, first: int, last: int) -> tuple[int, int]:
    """Return the lowest and the highest number of a tenant's facts of these days."""
    start = tenant << TENANT_BITS
    return start | first << _COUNT_BITS, start | (last + 1 << _COUNT_BITS) - 1
