-- What was wrong with the archive's closings when last looked at, and which checkpoints were mailed.

CREATE TABLE closing_alarms (
  tenant TEXT NOT NULL,
  log TEXT NOT NULL,
  fault TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (log, fault, text)
);
CREATE TABLE witness_mails (
  key TEXT NOT NULL PRIMARY KEY,
  tenant TEXT NOT NULL,
  log TEXT NOT NULL,
  day TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  look_at TEXT NOT NULL,
  made_at TEXT NOT NULL,
  external_id TEXT NOT NULL,
  words TEXT NOT NULL
);
CREATE INDEX witness_mails_by_turn ON witness_mails (state, look_at);
