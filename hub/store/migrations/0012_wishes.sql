-- What recipients agreed to and when they took it back, how their wishes changed, and what they or we
-- said to a proposed road.

CREATE TABLE consents (
  id TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  recipient TEXT NOT NULL,
  consent TEXT NOT NULL,
  given_on TEXT NOT NULL,
  how TEXT NOT NULL,
  words TEXT NOT NULL,
  who TEXT NOT NULL,
  entered_at TEXT NOT NULL,
  entry TEXT NOT NULL,
  withdrawn_at TEXT,
  withdrawn_how TEXT NOT NULL,
  withdrawn_words TEXT NOT NULL,
  withdrawn_by TEXT NOT NULL,
  withdrawn_entry TEXT NOT NULL
);
CREATE INDEX consents_of_recipient ON consents (tenant, recipient, withdrawn_at);

CREATE TABLE wish_changes (
  change TEXT NOT NULL,
  tenant TEXT NOT NULL,
  recipient TEXT NOT NULL,
  at TEXT NOT NULL,
  who TEXT NOT NULL,
  wished TEXT NOT NULL,
  wishes TEXT NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (tenant, recipient, change)
);

CREATE TABLE declined_roads (
  tenant TEXT NOT NULL,
  recipient TEXT NOT NULL,
  channel TEXT NOT NULL,
  at TEXT NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  entry TEXT NOT NULL,
  PRIMARY KEY (tenant, recipient, channel)
);
