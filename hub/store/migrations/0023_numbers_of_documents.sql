-- Which number a document has: asked whenever one is given or freed, and there may be millions.

CREATE INDEX document_numbers_of_document ON document_numbers (document);
