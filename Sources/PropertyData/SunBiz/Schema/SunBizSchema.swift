/// The tables of the Division of Corporations' data, by migrations of ``PropertySchema``.
enum SunBizSchema {
    /// Which files were taken: the newest of each name, and every load with its outcome.
    static let files = """
        CREATE TABLE sunbiz_files (
            name text PRIMARY KEY,
            sha256 text NOT NULL,
            bytes bigint NOT NULL,
            version text,
            kind text NOT NULL,
            issued_on date NOT NULL,
            filing_types text[],
            records bigint NOT NULL,
            malformed bigint NOT NULL,
            is_sample boolean NOT NULL,
            processed_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE TABLE sunbiz_loads (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            run_key text NOT NULL,
            name text NOT NULL,
            source text NOT NULL,
            sha256 text,
            bytes bigint NOT NULL,
            status text NOT NULL CHECK (status IN ('loaded', 'failed')),
            error text,
            report jsonb,
            is_sample boolean NOT NULL,
            loaded_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE UNIQUE INDEX sunbiz_loads_run ON sunbiz_loads (run_key, name) WHERE status = 'loaded';
        CREATE INDEX sunbiz_loads_time ON sunbiz_loads (loaded_at);
        """

    /// Entities with their officers and events.
    ///
    /// `as_of` is the date of issue of the file that a row is from: an older file does not overwrite a newer one's rows.
    static let corporations = """
        CREATE TABLE sunbiz_entities (
            doc_number text PRIMARY KEY, name text NOT NULL, name_norm text NOT NULL, status text, filing_type text,
            princ_addr1 text, princ_addr2 text, princ_city text, princ_state text, princ_zip text, princ_country text,
            mail_addr1 text, mail_addr2 text, mail_city text, mail_state text, mail_zip text, mail_country text,
            file_date date, fei text, more_officers boolean, last_trx_date date, state_country text,
            report_year1 text, report_date1 date, report_year2 text, report_date2 date, report_year3 text,
            report_date3 date, ra_name text, ra_type text, ra_addr text, ra_city text, ra_state text, ra_zip text,
            row_hash bigint NOT NULL, as_of date NOT NULL, is_sample boolean NOT NULL,
            updated_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX sunbiz_entities_name ON sunbiz_entities (name_norm);
        CREATE INDEX sunbiz_entities_address ON sunbiz_entities (princ_zip, princ_addr1);
        CREATE INDEX sunbiz_entities_fei ON sunbiz_entities (fei) WHERE fei IS NOT NULL;
        CREATE INDEX sunbiz_entities_filed ON sunbiz_entities (file_date);
        CREATE TABLE sunbiz_officers (
            doc_number text NOT NULL REFERENCES sunbiz_entities ON DELETE CASCADE, slot smallint NOT NULL,
            title text, name_type text, last text, first text, middle text, name_raw text NOT NULL, addr text,
            city text, state text, zip text,
            PRIMARY KEY (doc_number, slot)
        );
        CREATE INDEX sunbiz_officers_name ON sunbiz_officers (last, first);
        CREATE TABLE sunbiz_events (
            doc_number text NOT NULL, seq integer NOT NULL, code text, description text, effective_date date,
            filed_date date, cons_mer_number text, name text, notes text, row_hash bigint NOT NULL,
            as_of date NOT NULL, is_sample boolean NOT NULL,
            PRIMARY KEY (doc_number, seq)
        );
        CREATE INDEX sunbiz_events_filed ON sunbiz_events (filed_date);
        """

    /// Fictitious names (doing business as) with their owners, whose `charter_number` is a document number of an entity.
    static let fictitiousNames = """
        CREATE TABLE sunbiz_fictitious_names (
            doc_number text PRIMARY KEY, name text NOT NULL, name_norm text NOT NULL, county text, addr1 text,
            addr2 text, city text, state text, zip text, country text, file_date date, pages integer, status text,
            cancellation_date date, expiration_date date, owner_count integer, fei text, more_owners boolean,
            row_hash bigint NOT NULL, as_of date NOT NULL, is_sample boolean NOT NULL,
            updated_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX sunbiz_fictitious_names_name ON sunbiz_fictitious_names (name_norm);
        CREATE TABLE sunbiz_fictitious_owners (
            doc_number text NOT NULL REFERENCES sunbiz_fictitious_names ON DELETE CASCADE, slot smallint NOT NULL,
            owner_doc_number text, name text NOT NULL, name_type text, addr text, city text, state text, zip text,
            country text, fei text, charter_number text,
            PRIMARY KEY (doc_number, slot)
        );
        CREATE INDEX sunbiz_fictitious_owners_charter ON sunbiz_fictitious_owners (charter_number)
            WHERE charter_number IS NOT NULL;
        """
}
