-- A kept file goes only after the erasure that names it was appended; every other
-- deletion stays forbidden.

DROP TRIGGER IF EXISTS blob_no_delete;

CREATE TRIGGER IF NOT EXISTS blob_only_erased BEFORE DELETE ON blob
WHEN NOT EXISTS (
    SELECT 1 FROM entry WHERE kind = 'text.erased'
      AND json_extract(CAST(envelope AS TEXT), '$.facts.file_sha256') = OLD.hash)
BEGIN SELECT RAISE(ABORT, 'kept files go only by a recorded erasure'); END;
