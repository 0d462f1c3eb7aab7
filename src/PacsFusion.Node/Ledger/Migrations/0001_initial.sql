CREATE TABLE instance (
  patient_key         TEXT NOT NULL,
  series_uid          TEXT NOT NULL,
  sop_instance_uid    TEXT NOT NULL,
  sop_class_uid       TEXT NOT NULL,
  transfer_syntax_uid TEXT NOT NULL,
  study_uid           TEXT NOT NULL,
  modality            TEXT NOT NULL,
  path                TEXT NOT NULL,
  length              INTEGER NOT NULL,
  sha256              TEXT NOT NULL,
  received_at         TEXT NOT NULL,
  calling_ae          TEXT NOT NULL,
  called_ae           TEXT NOT NULL,
  PRIMARY KEY (sop_instance_uid)
) WITHOUT ROWID;
CREATE INDEX instance_series ON instance (patient_key, series_uid);

CREATE TABLE series (
  patient_key TEXT NOT NULL,
  series_uid  TEXT NOT NULL,
  study_uid   TEXT NOT NULL,
  modality    TEXT NOT NULL,
  calling_ae  TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('receiving', 'suspect', 'settled')),
  settled_by  TEXT,
  clean       INTEGER NOT NULL,
  content     TEXT,
  instances   INTEGER NOT NULL,
  first_at    TEXT NOT NULL,
  last_at     TEXT NOT NULL,
  settled_at  TEXT,
  PRIMARY KEY (patient_key, series_uid)
) WITHOUT ROWID;
CREATE INDEX series_uid ON series (series_uid);
CREATE INDEX series_state ON series (state);

CREATE TABLE patient_group (
  patient_key TEXT NOT NULL PRIMARY KEY,
  match_due   INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE candidate (
  patient_key  TEXT NOT NULL,
  series_uid   TEXT NOT NULL,
  rule         TEXT NOT NULL,
  role         TEXT NOT NULL,
  chosen       INTEGER NOT NULL,
  reason       TEXT NOT NULL,
  evaluated_at TEXT NOT NULL,
  PRIMARY KEY (patient_key, series_uid, rule, role)
) WITHOUT ROWID;
CREATE INDEX candidate_series ON candidate (series_uid);

CREATE TABLE fusion_case (
  case_id           TEXT NOT NULL PRIMARY KEY,
  patient_key       TEXT NOT NULL,
  study_uid         TEXT NOT NULL,
  rule              TEXT NOT NULL,
  rule_version      INTEGER NOT NULL,
  fixed_series_uid  TEXT NOT NULL,
  moving_series_uid TEXT NOT NULL,
  fixed_content     TEXT NOT NULL,
  moving_content    TEXT NOT NULL,
  model_sha256      TEXT NOT NULL,
  look              TEXT NOT NULL,
  state             TEXT NOT NULL,
  reason            TEXT,
  detail            TEXT,
  output_series_uid TEXT,
  attempt           INTEGER NOT NULL DEFAULT 0,
  next_at           TEXT NOT NULL,
  created_at        TEXT NOT NULL,
  updated_at        TEXT NOT NULL,
  result            TEXT
) WITHOUT ROWID;
CREATE INDEX fusion_case_state ON fusion_case (state, next_at);
CREATE INDEX fusion_case_patient ON fusion_case (patient_key);

CREATE TABLE case_event (
  id      INTEGER PRIMARY KEY,
  case_id TEXT NOT NULL,
  at      TEXT NOT NULL,
  state   TEXT NOT NULL,
  reason  TEXT,
  detail  TEXT
);
CREATE INDEX case_event_case ON case_event (case_id);

CREATE TABLE result_object (
  sop_instance_uid TEXT NOT NULL PRIMARY KEY,
  case_id          TEXT NOT NULL,
  number           INTEGER NOT NULL,
  sop_class_uid    TEXT NOT NULL,
  path             TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX result_object_case ON result_object (case_id, number);

CREATE TABLE outbox (
  destination         TEXT NOT NULL,
  sop_instance_uid    TEXT NOT NULL,
  case_id             TEXT NOT NULL,
  path                TEXT NOT NULL,
  state               TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'dead')),
  attempt             INTEGER NOT NULL DEFAULT 0,
  next_at             TEXT NOT NULL,
  last_error          TEXT,
  created_at          TEXT NOT NULL,
  sent_at             TEXT,
  PRIMARY KEY (destination, sop_instance_uid)
) WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (state, destination, next_at);
CREATE INDEX outbox_case ON outbox (case_id);

CREATE TABLE report (
  case_id     TEXT NOT NULL PRIMARY KEY,
  job_key     TEXT NOT NULL,
  bundle      BLOB NOT NULL,
  sha256      TEXT NOT NULL,
  report_id   TEXT,
  version     TEXT,
  created_at  TEXT NOT NULL,
  delivered_at TEXT
) WITHOUT ROWID;

CREATE TABLE audit (
  id      INTEGER PRIMARY KEY,
  at      TEXT NOT NULL,
  actor   TEXT NOT NULL,
  action  TEXT NOT NULL,
  subject TEXT NOT NULL,
  reason  TEXT NOT NULL
);
