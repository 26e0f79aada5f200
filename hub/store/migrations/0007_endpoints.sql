-- Whom parcels go to: endpoints that are down, slowed, paused or served on their own; and for each
-- waiting subject its endpoint, and since when that was deferred.

ALTER TABLE work ADD COLUMN endpoint TEXT NOT NULL DEFAULT '';
ALTER TABLE work ADD COLUMN since TEXT;

CREATE TABLE endpoints (
  channel TEXT NOT NULL,
  name TEXT NOT NULL,
  faults INTEGER NOT NULL,
  down_since TEXT,
  held_until TEXT,
  words TEXT NOT NULL,
  slowness INTEGER NOT NULL,
  slowed_at TEXT,
  lagged_at TEXT,
  paused_at TEXT,
  paused_by TEXT NOT NULL,
  tokens DOUBLE PRECISION NOT NULL,
  tokens_at TEXT,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (channel, name)
);
