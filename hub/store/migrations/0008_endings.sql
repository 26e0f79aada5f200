-- How deliveries end: until when they must have got how far, what a person must look at, what was
-- settled by hand.

ALTER TABLE deliveries ADD COLUMN due_by TEXT;
ALTER TABLE deliveries ADD COLUMN repeats TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN waits_for TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN unconfirmed_at TEXT;
CREATE INDEX deliveries_for_a_person ON deliveries (waits_for, tenant, changed_at)
  WHERE waits_for <> '';
CREATE INDEX deliveries_unconfirmed ON deliveries (channel, state, changed_at)
  WHERE unconfirmed_at IS NULL;

CREATE TABLE deadlines (
  document TEXT NOT NULL,
  name TEXT NOT NULL,
  tenant TEXT NOT NULL,
  law TEXT NOT NULL,
  reached TEXT NOT NULL,
  due_at TEXT NOT NULL,
  warn_at TEXT NOT NULL,
  fix TEXT NOT NULL,
  told TEXT NOT NULL,
  PRIMARY KEY (document, name)
);
CREATE INDEX deadlines_by_turn ON deadlines (told, warn_at);

ALTER TABLE drops ADD COLUMN settled TEXT NOT NULL DEFAULT '';
