-- What someone was asked about a trial in order to score it. Of a trial of the vault only what it cost is kept.
CREATE TABLE opinion (
  id        INTEGER PRIMARY KEY,
  run       INTEGER NOT NULL,
  trial     BLOB    NOT NULL,        -- the trial's key
  question  BLOB    NOT NULL,        -- digest of what was asked, and of whom
  answered  INTEGER NOT NULL CHECK (answered IN (0, 1)), -- 0: in vain; it may be asked once more
  body      BLOB,                    -- JSON, packed: see `packed_json`; NULL for a trial of the vault
  input     INTEGER NOT NULL,
  cached    INTEGER NOT NULL,
  output    INTEGER NOT NULL,
  reasoning INTEGER NOT NULL,
  money     INTEGER,
  energy    INTEGER,
  UNIQUE (trial, question)
) STRICT;
CREATE INDEX opinion_by_run ON opinion (run);
