-- What the house has made of documents and files that is out of the ordinary, each change with a
-- number of its own: written down with the change, filed in the archive right after.

CREATE TABLE standings (
  subject TEXT NOT NULL,
  turn INTEGER NOT NULL,
  state TEXT NOT NULL,
  filed INTEGER NOT NULL,
  PRIMARY KEY (subject, turn)
);
CREATE INDEX standings_unfiled ON standings (subject) WHERE filed = 0;
