-- The ledger, first edition. Facts are only added; the tables under "work" change in place.
-- Times are nanoseconds since the Unix epoch, money is micro-dollars, energy is microjoules, digests are 32 raw bytes.

-- Facts ---------------------------------------------------------------------------------------------------------------

CREATE TABLE run (
  id         INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL UNIQUE,
  suite      TEXT    NOT NULL,
  purpose    TEXT    NOT NULL,
  plan       BLOB    NOT NULL,
  sealed     INTEGER NOT NULL CHECK (sealed IN (0, 1)), -- 1: the run looks at the vault
  started_ns INTEGER NOT NULL,
  manifest   TEXT    NOT NULL
) STRICT;
CREATE INDEX run_by_start ON run (started_ns);

-- The last row of a run says how it stands.
CREATE TABLE run_end (
  id     INTEGER PRIMARY KEY,
  run    INTEGER NOT NULL,
  status TEXT    NOT NULL
) STRICT;
CREATE INDEX run_end_by_run ON run_end (run);

-- What lists show. The payload is kept apart, so that a page of rows never reads it.
CREATE TABLE trial (
  id          INTEGER PRIMARY KEY,
  key         BLOB    NOT NULL UNIQUE,
  run         INTEGER NOT NULL,
  idx         INTEGER NOT NULL,
  arm         TEXT    NOT NULL,
  case_key    TEXT    NOT NULL,
  group_name  TEXT,
  tags        TEXT,                  -- a JSON array; NULL for none
  condition   TEXT    NOT NULL,
  repetition  INTEGER NOT NULL,
  outcome     TEXT    NOT NULL,
  attempts    INTEGER NOT NULL,
  input       INTEGER NOT NULL,      -- tokens
  cached      INTEGER NOT NULL,      -- tokens, part of input
  output      INTEGER NOT NULL,      -- tokens
  reasoning   INTEGER NOT NULL,      -- tokens, part of output
  money       INTEGER,               -- NULL: unknown
  energy      INTEGER,               -- NULL: unknown
  duration_ns INTEGER NOT NULL,
  state       BLOB                   -- digest of the final state's image
) STRICT;
CREATE INDEX trial_by_run ON trial (run, idx);

-- One row a trace: it is written once and always read whole.
CREATE TABLE trace (
  trial INTEGER PRIMARY KEY,
  body  BLOB NOT NULL                -- JSON, packed: see `packed_json`
) STRICT;

CREATE TABLE state_image (
  id     INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,
  bytes  BLOB NOT NULL
) STRICT;

CREATE TABLE score (
  trial       INTEGER NOT NULL,
  metric      BLOB    NOT NULL,
  expectation BLOB    NOT NULL,
  name        TEXT    NOT NULL,
  value       REAL,
  verdict     TEXT    NOT NULL,
  reason      TEXT,                  -- JSON, only when unscored
  evidence    TEXT    NOT NULL,
  PRIMARY KEY (trial, metric, expectation)
) STRICT, WITHOUT ROWID;

-- A trial of the vault: that it was acted and what it cost. There is no column for anything else.
CREATE TABLE sealed_trial (
  id        INTEGER PRIMARY KEY,
  key       BLOB    NOT NULL UNIQUE,
  run       INTEGER NOT NULL,
  idx       INTEGER NOT NULL,
  attempts  INTEGER NOT NULL,
  input     INTEGER NOT NULL,
  cached    INTEGER NOT NULL,
  output    INTEGER NOT NULL,
  reasoning INTEGER NOT NULL,
  money     INTEGER,
  energy    INTEGER
) STRICT;
CREATE INDEX sealed_trial_by_run ON sealed_trial (run);

CREATE TABLE finding (
  id     INTEGER PRIMARY KEY,
  run    INTEGER NOT NULL,
  digest BLOB    NOT NULL,           -- of the body
  body   TEXT    NOT NULL,
  UNIQUE (run, digest)
) STRICT;

-- Keyed by the run that measured, not by the number: two gates that counted at the same time both opened the vault.
CREATE TABLE gate_query (
  id    INTEGER PRIMARY KEY,
  suite TEXT    NOT NULL,
  vault BLOB    NOT NULL,
  run   TEXT    NOT NULL,
  at_ns INTEGER NOT NULL,
  body  TEXT    NOT NULL,
  UNIQUE (suite, vault, run)
) STRICT;

CREATE TABLE release (
  id      INTEGER PRIMARY KEY,
  agent   TEXT    NOT NULL,
  variant BLOB    NOT NULL,
  at_ns   INTEGER NOT NULL,
  body    TEXT    NOT NULL,
  UNIQUE (agent, variant, at_ns)
) STRICT;

-- A payload that retention erased: what it was, and when it went.
CREATE TABLE tombstone (
  id        INTEGER PRIMARY KEY,
  kind      TEXT    NOT NULL,
  key       BLOB    NOT NULL,
  digest    BLOB    NOT NULL,
  erased_ns INTEGER NOT NULL,
  UNIQUE (kind, key)
) STRICT;

-- Work ----------------------------------------------------------------------------------------------------------------
-- state: 0 ready, 1 leased, 2 done, 3 dead (a trial) or failed (a job)

-- One row a run that was materialised, with counts, so that progress is not a scan.
CREATE TABLE queue (
  id     INTEGER PRIMARY KEY,
  run    TEXT    NOT NULL UNIQUE,
  trials INTEGER NOT NULL,
  done   INTEGER NOT NULL DEFAULT 0,
  dead   INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE trial_queue (
  queue       INTEGER NOT NULL,
  idx         INTEGER NOT NULL,
  state       INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3),
  owner       TEXT,
  fence       INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER,
  message     TEXT,                  -- the last failure of a dead trial; never that of a sealed one
  PRIMARY KEY (queue, idx)
) STRICT, WITHOUT ROWID;
-- Only what is still open, so that a claim near the end of a long run does not step over all that is done.
CREATE INDEX trial_queue_open ON trial_queue (queue, state, idx) WHERE state < 2;

CREATE TABLE job (
  id          INTEGER PRIMARY KEY,
  name        TEXT    NOT NULL UNIQUE,
  kind        TEXT    NOT NULL,      -- JSON
  asked_ns    INTEGER NOT NULL,
  state       INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 3),
  owner       TEXT,
  fence       INTEGER NOT NULL DEFAULT 0,
  lease_until INTEGER,
  message     TEXT                   -- why it failed
) STRICT;
CREATE INDEX job_open ON job (asked_ns, id) WHERE state < 2;

CREATE TABLE quota (
  key      TEXT PRIMARY KEY,
  most     INTEGER,                  -- NULL: no limit
  reserved INTEGER NOT NULL DEFAULT 0,
  used     INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
