-- Keys of the front door, without the keys themselves.
CREATE TABLE api_key (
  id         INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL UNIQUE,
  digest     BLOB    NOT NULL UNIQUE, -- of the key
  scope      TEXT    NOT NULL,        -- JSON: the names that it opens, none for all
  added_ns   INTEGER NOT NULL,
  expires_ns INTEGER,
  revoked_ns INTEGER
) STRICT;
