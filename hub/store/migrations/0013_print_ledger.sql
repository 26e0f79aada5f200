-- What became of each piece of a print job, each line that its partner wrote about it, and until when
-- he promised to write. Jobs of before have no pieces here; their lines move the letters as ever.

ALTER TABLE print_jobs ADD COLUMN sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE print_jobs ADD COLUMN received_at TEXT;
ALTER TABLE print_jobs ADD COLUMN receipt_due_at TEXT;
ALTER TABLE print_jobs ADD COLUMN posted_due_at TEXT;

CREATE TABLE print_pieces (
  job TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  piece TEXT NOT NULL,
  tenant TEXT NOT NULL,
  state TEXT NOT NULL,
  words TEXT NOT NULL,
  new_address TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  reprinted_at TEXT,
  seen_at TEXT,
  PRIMARY KEY (job, sequence)
);
CREATE UNIQUE INDEX print_pieces_by_name ON print_pieces (job, piece);
CREATE INDEX print_pieces_open ON print_pieces (state, job) WHERE state IN ('sent', 'received', 'printed', 'spoiled');

CREATE TABLE print_lines (
  source TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  job TEXT NOT NULL,
  piece TEXT NOT NULL,
  said TEXT NOT NULL,
  verdict TEXT NOT NULL,
  words TEXT NOT NULL,
  taken_at TEXT NOT NULL,
  seen_at TEXT
);
CREATE INDEX print_lines_of_job ON print_lines (job, taken_at);
CREATE INDEX print_lines_odd ON print_lines (taken_at) WHERE verdict <> 'taken' AND seen_at IS NULL;
