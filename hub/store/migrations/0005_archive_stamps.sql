-- Signed PDFs whose archive time stamp is to be renewed before it ends, and until when the
-- authorities that set them can.

CREATE TABLE archive_stamps (
  delivery TEXT PRIMARY KEY,
  document TEXT NOT NULL,
  tenant TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  name TEXT NOT NULL,
  holds_until TEXT NOT NULL,
  look_at TEXT NOT NULL,
  renewals INTEGER NOT NULL,
  fault TEXT NOT NULL
);
CREATE INDEX archive_stamps_by_turn ON archive_stamps (look_at, tenant);
CREATE INDEX archive_stamps_by_end ON archive_stamps (holds_until, tenant);

CREATE TABLE stamp_authorities (
  url TEXT PRIMARY KEY,
  holds_until TEXT,
  asked_at TEXT NOT NULL,
  fault TEXT NOT NULL
);
