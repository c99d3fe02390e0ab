-- What people judged of trials. The same judgement of the same person is one.
CREATE TABLE label (
  id     INTEGER PRIMARY KEY,
  trial  BLOB    NOT NULL,           -- the trial's key
  digest BLOB    NOT NULL,           -- of the judgement, without its time
  body   TEXT    NOT NULL,           -- JSON
  UNIQUE (trial, digest)
) STRICT;
