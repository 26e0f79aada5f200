-- Whose road and email address were chosen by himself, or taken from a proposal: what an import of
-- the address book must not undo.

CREATE TABLE choices (
  tenant TEXT NOT NULL,
  recipient TEXT NOT NULL,
  at TEXT NOT NULL,
  who TEXT NOT NULL,
  PRIMARY KEY (tenant, recipient)
);
