-- Under which names parcels left by roads that were left since: a late answer may know no other.

CREATE TABLE earlier_names (
  parcel_key TEXT NOT NULL PRIMARY KEY,
  external_id TEXT NOT NULL,
  delivery TEXT NOT NULL,
  channel TEXT NOT NULL,
  left_at TEXT NOT NULL
);
CREATE INDEX earlier_names_by_name ON earlier_names (external_id);
CREATE INDEX earlier_names_by_channel ON earlier_names (channel, left_at);
