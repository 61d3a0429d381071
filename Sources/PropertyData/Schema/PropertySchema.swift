package import PostgresClient

/// The tables of property data, by migrations.
///
/// Applied migrations are never edited; changes are new ones.
package enum PropertySchema {
    /// The component under which the migrations are recorded.
    package static let component = "property_data"

    /// All migrations in their order.
    package static let migrations: [PostgresMigration] = [
        PostgresMigration(component: component, version: 1, name: "source files and codes", sql: sources),
        PostgresMigration(component: component, version: 2, name: "parcels, sales and tangible accounts", sql: rolls),
        PostgresMigration(component: component, version: 3, name: "staging and validation", sql: staging),
        PostgresMigration(component: component, version: 4, name: "files of SunBiz", sql: SunBizSchema.files),
        PostgresMigration(component: component, version: 5, name: "corporations", sql: SunBizSchema.corporations),
        PostgresMigration(
            component: component,
            version: 6,
            name: "fictitious names",
            sql: SunBizSchema.fictitiousNames
        ),
        PostgresMigration(component: component, version: 7, name: "partial rolls in staging", sql: partialRolls),
        PostgresMigration(component: component, version: 8, name: "file ids without a check a row", sql: fileIDs),
    ]

    /// A merge records its file and then writes that one id to all of its rows, in one transaction, and nothing deletes a
    /// record of a file: checking the id again for each row takes as long as writing the rows, and the server's memory
    /// grows with their number.
    ///
    /// It makes nothing by which it could be known, and so may run again.
    private static let fileIDs = """
        ALTER TABLE parcels DROP CONSTRAINT IF EXISTS parcels_file_id_fkey;
        ALTER TABLE sales DROP CONSTRAINT IF EXISTS sales_file_id_fkey;
        ALTER TABLE tangible DROP CONSTRAINT IF EXISTS tangible_file_id_fkey;
        """

    /// Staged rows that are not a whole roll, which a merge must not put in a roll's place.
    private static let partialRolls = """
        ALTER TABLE staged_files ADD COLUMN is_partial boolean NOT NULL DEFAULT false;
        """

    private static let sources = """
        CREATE TABLE counties (
            co_no smallint PRIMARY KEY,
            name text NOT NULL,
            fips integer NOT NULL UNIQUE,
            alphabetical_code smallint NOT NULL UNIQUE
        );
        CREATE TABLE use_codes (
            code text PRIMARY KEY,
            category text NOT NULL,
            title text NOT NULL,
            is_vacant boolean NOT NULL
        );
        CREATE TABLE source_files (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            dataset text NOT NULL,
            co_no smallint NOT NULL REFERENCES counties,
            roll text NOT NULL CHECK (roll IN ('P', 'F')),
            year smallint NOT NULL,
            submission smallint NOT NULL,
            file_name text NOT NULL,
            url text,
            is_sample boolean NOT NULL DEFAULT false,
            sha256 text NOT NULL,
            bytes bigint NOT NULL,
            rows bigint NOT NULL,
            invalid_rows bigint NOT NULL,
            status text NOT NULL,
            loaded_at timestamptz NOT NULL DEFAULT now(),
            UNIQUE (dataset, co_no, roll, year, submission, sha256)
        );
        CREATE INDEX source_files_roll ON source_files (dataset, co_no, year, roll);
        """

    private static let rolls = """
        CREATE TABLE parcels (
            co_no smallint NOT NULL, asmnt_yr smallint NOT NULL, roll text NOT NULL, parcel_id text NOT NULL,
            state_par_id text, mp_id text, dor_uc text, pa_uc text,
            jv bigint, av_sd bigint, av_nsd bigint, tv_sd bigint, tv_nsd bigint, lnd_val bigint, lnd_sqfoot bigint,
            act_yr_blt integer, eff_yr_blt integer, tot_lvg_area bigint, no_buldng bigint, no_res_unts bigint,
            own_name text, own_addr1 text, own_addr2 text, own_city text, own_state text, own_zipcd text,
            own_state_dom text, phy_addr1 text, phy_addr2 text, phy_city text, phy_zipcd text, s_legal text,
            twn text, rng text, sec text, census_bk text, nbrhd_cd text, mkt_ar text, tax_auth_cd text, alt_key text,
            exemptions jsonb, raw jsonb, row_hash bigint NOT NULL, file_id bigint NOT NULL REFERENCES source_files,
            PRIMARY KEY (co_no, asmnt_yr, roll, parcel_id)
        ) PARTITION BY HASH (co_no);
        CREATE TABLE sales (
            co_no smallint NOT NULL, asmnt_yr smallint NOT NULL, roll text NOT NULL, parcel_id text NOT NULL,
            sale_id_cd text NOT NULL, sale_yr smallint, sale_mo smallint, sale_prc bigint, qual_cd text, vi_cd text,
            sal_chg_cd text, multi_par_sal text, or_book text, or_page text, clerk_no text, dor_uc text, atv_strt text,
            grp_no text, nbrhd_cd text, mkt_ar text, census_bk text, mp_id text, state_parcel_id text,
            row_hash bigint NOT NULL, file_id bigint NOT NULL REFERENCES source_files,
            PRIMARY KEY (co_no, asmnt_yr, roll, parcel_id, sale_id_cd)
        ) PARTITION BY HASH (co_no);
        CREATE TABLE tangible (
            co_no smallint NOT NULL, asmnt_yr smallint NOT NULL, roll text NOT NULL, acct_id text NOT NULL,
            naics_cd text, tax_auth_cd text, jv_f_f_e bigint, jv_lese_imp bigint, jv_total bigint, av_total bigint,
            exmpt_val bigint, tax_val bigint, pen_rate smallint, own_nam text, own_addr text, own_city text,
            own_state text, own_zipcd text, own_state_dom text, phy_addr text, phy_city text, phy_zipcd text,
            alt_key text, exemptions jsonb, raw jsonb, row_hash bigint NOT NULL,
            file_id bigint NOT NULL REFERENCES source_files,
            PRIMARY KEY (co_no, asmnt_yr, roll, acct_id)
        ) PARTITION BY HASH (co_no);
        DO $$ BEGIN
            FOR part IN 0..15 LOOP
                EXECUTE format('CREATE TABLE parcels_%s PARTITION OF parcels FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
                    part, part);
                EXECUTE format('CREATE TABLE sales_%s PARTITION OF sales FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
                    part, part);
                EXECUTE format('CREATE TABLE tangible_%s PARTITION OF tangible FOR VALUES WITH (MODULUS 16, REMAINDER %s)',
                    part, part);
            END LOOP;
        END $$;
        CREATE INDEX sales_deed ON sales (co_no, sale_id_cd);
        """

    private static let staging = """
        CREATE TABLE staged_files (
            run_key text PRIMARY KEY,
            table_name text NOT NULL UNIQUE,
            dataset text NOT NULL,
            co_no smallint NOT NULL,
            roll text NOT NULL,
            year smallint NOT NULL,
            submission smallint NOT NULL,
            file_name text NOT NULL,
            url text,
            is_sample boolean NOT NULL,
            sha256 text NOT NULL,
            bytes bigint NOT NULL,
            rows bigint NOT NULL,
            invalid_rows bigint NOT NULL,
            staged_at timestamptz NOT NULL DEFAULT now(),
            merged jsonb
        );
        CREATE TABLE validation_results (
            run_key text NOT NULL REFERENCES staged_files ON DELETE CASCADE,
            rule_id text NOT NULL,
            severity text NOT NULL,
            checked bigint NOT NULL,
            failed bigint NOT NULL,
            sample jsonb NOT NULL,
            PRIMARY KEY (run_key, rule_id)
        );
        CREATE TABLE rejected_rows (
            run_key text NOT NULL REFERENCES staged_files ON DELETE CASCADE,
            line bigint NOT NULL,
            rule_id text NOT NULL,
            field text NOT NULL,
            value text
        );
        CREATE INDEX rejected_rows_run ON rejected_rows (run_key, line);
        """
}
