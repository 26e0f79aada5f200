-- Instants are fixed-width ISO 8601 UTC text, amounts decimal text, JSON plain text:
-- the same on SQLite and PostgreSQL, readable by a person.

CREATE TABLE submissions (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  sender TEXT NOT NULL,
  door TEXT NOT NULL,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size_bytes BIGINT NOT NULL,
  idempotency_key TEXT,
  priority INTEGER NOT NULL,
  state TEXT NOT NULL,
  round INTEGER NOT NULL,
  findings TEXT NOT NULL,
  replaces TEXT,
  received_at TEXT NOT NULL
);
CREATE UNIQUE INDEX submissions_once ON submissions (tenant, sender, sha256);
CREATE UNIQUE INDEX submissions_key ON submissions (tenant, idempotency_key);
CREATE INDEX submissions_by_state ON submissions (tenant, state, received_at);

CREATE TABLE documents (
  id TEXT PRIMARY KEY,
  submission TEXT NOT NULL REFERENCES submissions (id),
  position INTEGER NOT NULL,
  tenant TEXT NOT NULL,
  sender TEXT NOT NULL,
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  issue_date TEXT NOT NULL,
  currency TEXT NOT NULL,
  total TEXT NOT NULL,
  customer TEXT NOT NULL,
  customer_name TEXT NOT NULL,
  format TEXT NOT NULL,
  content_sha256 TEXT NOT NULL,
  enriched_sha256 TEXT NOT NULL,
  priority INTEGER NOT NULL,
  state TEXT NOT NULL,
  round INTEGER NOT NULL,
  findings TEXT NOT NULL,
  recipient TEXT NOT NULL,
  decision TEXT NOT NULL,
  received_at TEXT NOT NULL
);
CREATE UNIQUE INDEX documents_of_submission ON documents (submission, position);
CREATE INDEX documents_by_number ON documents (tenant, number);
CREATE INDEX documents_by_customer ON documents (tenant, customer);
CREATE INDEX documents_by_state ON documents (tenant, state, received_at);
CREATE INDEX documents_by_time ON documents (tenant, received_at);

CREATE TABLE document_numbers (
  tenant TEXT NOT NULL,
  series TEXT NOT NULL,
  number TEXT NOT NULL,
  document TEXT NOT NULL,
  content_sha256 TEXT NOT NULL,
  PRIMARY KEY (tenant, series, number)
);

CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  document TEXT NOT NULL REFERENCES documents (id),
  tenant TEXT NOT NULL,
  copy_of TEXT,
  roads TEXT NOT NULL,
  road INTEGER NOT NULL,
  channel TEXT NOT NULL,
  format TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  external_id TEXT,
  rendition_sha256 TEXT NOT NULL,
  file_name TEXT NOT NULL,
  rendered_at TEXT,
  job TEXT,
  round INTEGER NOT NULL,
  changed_at TEXT NOT NULL
);
CREATE INDEX deliveries_of_document ON deliveries (document);
CREATE INDEX deliveries_by_state ON deliveries (tenant, state, changed_at);
CREATE INDEX deliveries_by_channel ON deliveries (channel, state);
CREATE INDEX deliveries_by_external_id ON deliveries (external_id);
CREATE INDEX deliveries_of_job ON deliveries (job);

CREATE TABLE events (
  id TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  tenant TEXT NOT NULL,
  submission TEXT,
  document TEXT,
  delivery TEXT,
  room TEXT NOT NULL,
  text TEXT NOT NULL,
  entry TEXT
);
CREATE INDEX events_of_document ON events (document, id);
CREATE INDEX events_of_submission ON events (submission, id);

CREATE TABLE reports (
  source TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  taken_at TEXT NOT NULL
);

CREATE TABLE work (
  subject TEXT NOT NULL,
  room TEXT NOT NULL,
  lane TEXT NOT NULL,
  priority INTEGER NOT NULL,
  due_at TEXT NOT NULL,
  batch TEXT,
  attempts INTEGER NOT NULL,
  PRIMARY KEY (subject)
);
CREATE INDEX work_waiting ON work (lane, batch, priority, due_at, subject);
CREATE INDEX work_of_batch ON work (batch);

CREATE TABLE recipients (
  tenant TEXT NOT NULL,
  key TEXT NOT NULL,
  name TEXT NOT NULL,
  vat_identifier TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  email TEXT NOT NULL,
  content TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (tenant, key)
);
CREATE INDEX recipients_by_vat ON recipients (tenant, vat_identifier);
CREATE INDEX recipients_by_endpoint ON recipients (tenant, endpoint);
CREATE INDEX recipients_by_name ON recipients (tenant, name);

CREATE TABLE open_items (
  tenant TEXT NOT NULL,
  position INTEGER NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (tenant, position)
);

CREATE TABLE claims_sent (
  tenant TEXT NOT NULL,
  kind TEXT NOT NULL,
  message TEXT NOT NULL,
  position INTEGER NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (tenant, kind, message, position)
);

CREATE TABLE print_jobs (
  job TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  pieces INTEGER NOT NULL,
  made_at TEXT NOT NULL
);

CREATE TABLE api_keys (
  id TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  tenant TEXT NOT NULL,
  sender TEXT NOT NULL,
  scopes TEXT NOT NULL,
  made_at TEXT NOT NULL,
  revoked_at TEXT
);

CREATE TABLE logins (
  digest TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  tenant TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
);
