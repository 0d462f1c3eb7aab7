-- What an object of a case is: a fused slice, the key image, the spatial registration.
ALTER TABLE result_object ADD COLUMN role TEXT NOT NULL DEFAULT 'fused' CHECK (role IN ('fused', 'key-image', 'registration'));
