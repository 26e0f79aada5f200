-- Since when an endpoint is not the one we know, so that a person must decide.

ALTER TABLE endpoints ADD COLUMN stranger_since TEXT;
