-- Email addresses that get nothing more until they are corrected or somebody lifts it, and the
-- trouble that others have given.

CREATE TABLE suppressions (
  tenant TEXT NOT NULL,
  address TEXT NOT NULL,
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  since TEXT NOT NULL,
  document TEXT NOT NULL,
  delivery TEXT NOT NULL,
  PRIMARY KEY (tenant, address)
);

CREATE TABLE address_troubles (
  tenant TEXT NOT NULL,
  address TEXT NOT NULL,
  delivery TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (tenant, address, delivery)
);
