-- What was dropped at the doors, each time, with what the sender stated of it: the ledger that is
-- held against the documents. Files that came before, or were refused, are in it, too.

CREATE TABLE drops (
  id TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  tenant TEXT NOT NULL,
  sender TEXT NOT NULL,
  door TEXT NOT NULL,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  fate TEXT NOT NULL,
  reason TEXT NOT NULL,
  submission TEXT,
  parent TEXT,
  stated_group TEXT NOT NULL,
  stated_files INTEGER NOT NULL,
  stated_count INTEGER,
  stated_sums TEXT NOT NULL,
  verdict TEXT NOT NULL,
  verdict_text TEXT NOT NULL
);
CREATE INDEX drops_by_day ON drops (at, tenant, sender);
CREATE INDEX drops_of_submission ON drops (submission);
CREATE INDEX drops_of_parent ON drops (parent);
CREATE INDEX drops_of_group ON drops (tenant, sender, stated_group);
CREATE INDEX drops_by_verdict ON drops (verdict, tenant);
