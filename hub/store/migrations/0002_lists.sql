-- Lists and searches are answered from an index alone, however wide the rows are: newest first,
-- of all companies, of one, and of one in a state. What is searched is in them.

DROP INDEX documents_by_time;
DROP INDEX documents_by_state;
CREATE INDEX documents_listed
  ON documents (received_at, id, state, number, customer_name, customer);
CREATE INDEX documents_by_time
  ON documents (tenant, received_at, id, number, customer_name, customer);
CREATE INDEX documents_by_state
  ON documents (tenant, state, received_at, id, number, customer_name, customer);
CREATE INDEX deliveries_listed ON deliveries (changed_at, id);
CREATE INDEX deliveries_by_time ON deliveries (tenant, changed_at, id);
CREATE INDEX submissions_listed ON submissions (received_at, id, tenant, state);
