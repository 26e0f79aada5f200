-- Who may look into the archive for a while: one company, one period of issue dates, one purpose.
-- Only the digest of what an auditor types is here.

CREATE TABLE auditors (
  id TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  tenant TEXT NOT NULL,
  issued_from TEXT NOT NULL,
  issued_to TEXT NOT NULL,
  purpose TEXT NOT NULL,
  invited_by TEXT NOT NULL,
  made_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  revoked_at TEXT,
  revoked_by TEXT NOT NULL
);
CREATE INDEX auditors_of_tenant ON auditors (tenant, made_at);
