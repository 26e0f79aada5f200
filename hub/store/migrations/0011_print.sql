-- Letters that were looked at before they are printed: what their envelope must know of them, and
-- which file is printed; and for each print job how it is made, the same for each try.

ALTER TABLE print_jobs ADD COLUMN made_of TEXT NOT NULL DEFAULT '';

CREATE TABLE print_letters (
  parcel_key TEXT PRIMARY KEY,
  letter TEXT NOT NULL,
  repairs TEXT NOT NULL
);
