/**
 * Steps that bring a database from one version to the next; how many are done is its `user_version`. Only ever add at the
 * end. The tables of accounts (user, session, account, verification) are made by their library, see accounts/auth.ts.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE job (
    id TEXT PRIMARY KEY,
    parent_id TEXT REFERENCES job (id) ON DELETE CASCADE,
    -- digest of what was asked, to tell a repeated request from another one with the same id
    fingerprint TEXT NOT NULL,
    created_at TEXT NOT NULL,
    state TEXT NOT NULL,
    jail_id TEXT,
    -- the job as the contract shows it
    job TEXT NOT NULL,
    -- process group of the running command with its start, by which a dead service's children are found
    process TEXT,
    truncated INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX job_by_state ON job (state);
  CREATE INDEX job_by_jail ON job (jail_id);
  CREATE INDEX job_by_parent ON job (parent_id);

  CREATE TABLE job_line (
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    stream TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (job_id, n)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    -- canonical JSON of the row, and the digest of the hash before it followed by this text
    row TEXT NOT NULL,
    hash TEXT NOT NULL,
    outcome TEXT NOT NULL GENERATED ALWAYS AS (json_extract(row, '$.outcome')) VIRTUAL
  ) STRICT;
  CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit rows are never changed'); END;
  CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit rows are never removed'); END;

  -- What the library of accounts has no place for.
  CREATE TABLE last_login (user_id TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
  `,
  `
  -- Second factors (accounts/second-factors.ts). The secret is encrypted with a key in another file; codes are digests.
  CREATE TABLE totp (
    user_id TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    -- null until the app proved that it has the secret
    since TEXT,
    -- the last step of which a code was taken: none is taken twice (RFC 6238, 5.2)
    last_step INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE recovery_code (
    user_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (user_id, digest)
  ) STRICT, WITHOUT ROWID;

  -- When a session's user last proved who it is.
  CREATE TABLE session_proof (session_id TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT;
  `,
  `
  -- Links with which a user sets a password: one for a user, kept as a digest.
  CREATE TABLE invite (
    user_id TEXT PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    until TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- Recorded consoles; their files are STATE/recordings/ID.cast.
  CREATE TABLE recording (
    id TEXT PRIMARY KEY,
    jail_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    started_at TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    -- the recording as the contract shows it
    recording TEXT NOT NULL
  ) STRICT;
  CREATE INDEX recording_by_start ON recording (started_at);
  `,
  `
  -- Passkeys (accounts/passkeys.ts): public keys only.
  CREATE TABLE passkey (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    public_key BLOB NOT NULL,
    counter INTEGER NOT NULL,
    transports TEXT NOT NULL,
    created_at TEXT NOT NULL,
    last_used_at TEXT
  ) STRICT;
  CREATE INDEX passkey_by_user ON passkey (user_id);
  `,
  `
  -- Keys for programs (accounts/api-tokens.ts), as digests.
  CREATE TABLE api_token (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    -- JSON list of patterns; null: all jails
    jails TEXT,
    unattended INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    last_used_at TEXT,
    last_address TEXT NOT NULL DEFAULT ''
  ) STRICT;
  CREATE INDEX api_token_by_user ON api_token (user_id);

  -- Where a user's rights end before the role's do.
  CREATE TABLE user_limits (
    user_id TEXT PRIMARY KEY,
    -- JSON list of patterns; null: all jails
    jails TEXT,
    -- null: as the role says
    consoles INTEGER
  ) STRICT;
  `,
  `
  -- Accounts at an OpenID Connect provider that let a user in: who it is there is (issuer, subject), never a name or address.
  CREATE TABLE oidc_identity (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id TEXT NOT NULL UNIQUE,
    -- what the provider calls it, for people to read
    account TEXT NOT NULL,
    since TEXT NOT NULL,
    -- made for a group at the provider, whose role it has
    by_group INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
  ) STRICT, WITHOUT ROWID;

  -- Whether the session showed a second factor since its login.
  ALTER TABLE session_proof ADD COLUMN strong INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- Digests name what they were made with (digest-kinds.ts); sessions of before end.
  UPDATE api_token SET digest = 'sha256:' || digest;
  UPDATE invite SET digest = 'sha256:' || digest;

  -- Digests of recovery codes are sealed like secrets of apps (accounts/sealed-text.ts), so that their key can be exchanged.
  ALTER TABLE recovery_code RENAME COLUMN digest TO sealed;
  `,
]
