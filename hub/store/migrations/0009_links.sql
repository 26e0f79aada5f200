-- Documents that are fetched by a link instead of going along: who holds a link's token may fetch
-- the file, so only the token's hash is here.

CREATE TABLE links (
  token_sha256 TEXT PRIMARY KEY,
  parcel_key TEXT NOT NULL,
  delivery TEXT NOT NULL,
  channel TEXT NOT NULL,
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  seller TEXT NOT NULL,
  language TEXT NOT NULL,
  file_sha256 TEXT NOT NULL,
  file_name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  asks TEXT NOT NULL,
  answer_sha256 TEXT NOT NULL,
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  revoked_at TEXT,
  opened_at TEXT,
  fetched INTEGER NOT NULL
);
CREATE INDEX links_of_delivery ON links (delivery, made_at);
