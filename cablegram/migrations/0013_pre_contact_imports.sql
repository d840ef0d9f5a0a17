-- What came of the last files that filled a list, for those who look at it afterwards.

CREATE TABLE contact_import (
    id uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES account,
    list_id uuid NOT NULL REFERENCES contact_list ON DELETE CASCADE,
    at timestamptz NOT NULL,
    file_name text NOT NULL,
    result jsonb NOT NULL
);
CREATE INDEX contact_import_list ON contact_import (list_id, id);
