-- What senders are told: subjects whose state changed, the notices made of them, and the files in
-- which notices went.

ALTER TABLE documents ADD COLUMN reference TEXT NOT NULL DEFAULT '';
ALTER TABLE documents ADD COLUMN envelope TEXT NOT NULL DEFAULT '{}';

CREATE TABLE changed_subjects (
  subject TEXT PRIMARY KEY
);

CREATE TABLE notices (
  id TEXT PRIMARY KEY,
  receiver TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  content TEXT NOT NULL,
  file TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  due_at TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX notices_due ON notices (receiver, state, due_at, id);
CREATE INDEX notices_of_subject ON notices (subject, receiver);
CREATE INDEX notices_of_file ON notices (file);

CREATE TABLE answer_files (
  name TEXT PRIMARY KEY,
  receiver TEXT NOT NULL,
  serial INTEGER NOT NULL,
  state TEXT NOT NULL,
  made_at TEXT NOT NULL
);
CREATE UNIQUE INDEX answer_files_in_order ON answer_files (receiver, serial);
