-- A case may also hold the series that shows where each source went. SQLite cannot change a CHECK, so the table is made anew.
CREATE TABLE result_object_rebuilt (
  sop_instance_uid TEXT NOT NULL PRIMARY KEY,
  case_id          TEXT NOT NULL,
  number           INTEGER NOT NULL,
  sop_class_uid    TEXT NOT NULL,
  path             TEXT NOT NULL,
  role             TEXT NOT NULL DEFAULT 'fused' CHECK (role IN ('fused', 'key-image', 'registration', 'explanation'))
) WITHOUT ROWID;
INSERT INTO result_object_rebuilt (sop_instance_uid, case_id, number, sop_class_uid, path, role)
  SELECT sop_instance_uid, case_id, number, sop_class_uid, path, role FROM result_object;
DROP TABLE result_object;
ALTER TABLE result_object_rebuilt RENAME TO result_object;
CREATE INDEX result_object_case ON result_object (case_id, number);
