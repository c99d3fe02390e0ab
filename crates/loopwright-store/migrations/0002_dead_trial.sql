-- What a trial cost that died of infrastructure failures, all its deaths together: the dead may be tried once more.
CREATE TABLE dead_trial (
  run       INTEGER NOT NULL,
  idx       INTEGER NOT NULL,
  input     INTEGER NOT NULL,
  cached    INTEGER NOT NULL,
  output    INTEGER NOT NULL,
  reasoning INTEGER NOT NULL,
  money     INTEGER,
  energy    INTEGER,
  PRIMARY KEY (run, idx)
) STRICT, WITHOUT ROWID;
