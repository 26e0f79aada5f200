-- Recipients who choose themselves how their invoices come: the invitations that went out in emails,
-- and new addresses that wait for a click in the mailbox they name. Only hashes of tokens are here.

CREATE TABLE invitations (
  token_sha256 TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  recipient TEXT NOT NULL,
  document TEXT NOT NULL,
  language TEXT NOT NULL,
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  revoked_at TEXT
);
CREATE INDEX invitations_of_recipient ON invitations (tenant, recipient);

CREATE TABLE address_checks (
  id TEXT PRIMARY KEY,
  token_sha256 TEXT NOT NULL UNIQUE,
  invitation TEXT NOT NULL,
  tenant TEXT NOT NULL,
  recipient TEXT NOT NULL,
  language TEXT NOT NULL,
  channel TEXT NOT NULL,
  email TEXT NOT NULL,
  words TEXT NOT NULL,
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  confirmed_at TEXT
);
CREATE INDEX address_checks_of_recipient ON address_checks (tenant, recipient, made_at);
