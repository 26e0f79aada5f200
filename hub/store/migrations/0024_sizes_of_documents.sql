-- What is held of a document while a room works on it, so that no batch is too heavy.

ALTER TABLE documents ADD COLUMN size_bytes BIGINT NOT NULL DEFAULT 0;
