extension SampleCounty {
    /// The table of a dataset, in the Department's dialect.
    func table(_ dataset: Dataset, _ roll: Roll) -> [UInt8] {
        var table = SampleTable(FileLayout.of(dataset))
        let submission = String(
            (county.number * 131 + year * 7 + (roll == .final ? 1 : 0)) % 65_536,
            radix: 16,
            uppercase: true
        )
        .leftPadded(to: 4)
        switch dataset {
        case .sdf:
            for sale in sales {
                for parcel in sale.parcels { table.append(saleRow(sale, parcels[parcel], submission)) }
            }
        case .nal:
            let sold = Dictionary(sales.flatMap { sale in sale.parcels.map { ($0, sale) } }) { $1 }
            for (index, parcel) in parcels.enumerated() {
                var row = parcelRow(parcel, submission)
                if let sale = sold[index] { row.merge(parcelSale(sale)) { $1 } }
                row["SEQ_NO"] = String(index + 1)
                table.append(row)
            }
        case .nap:
            var random = SampleRandom(seed: county.number * 10_000 + year + 5)
            for index in 0..<80 { table.append(accountRow(index, &random, submission)) }
        }
        return table.bytes
    }

    private func saleRow(_ sale: SampleSale, _ parcel: SampleParcel, _ submission: String) -> [String: String] {
        let month = String(sale.month).leftPadded(to: 2)
        return [
            "CO_NO": String(county.number), "PARCEL_ID": parcel.id, "ASMNT_YR": String(year), "ATV_STRT": "1",
            "GRP_NO": "1",
            "DOR_UC": parcel.use, "NBRHD_CD": parcel.neighborhood, "MKT_AR": "1", "SALE_ID_CD": sale.id,
            "VI_CD": parcel.yearBuilt == nil ? "V" : "I", "CLERK_NO": sale.clerkNumber, "QUAL_CD": sale.qualification,
            "SALE_YR": String(sale.year), "SALE_MO": month, "SALE_PRC": String(sale.price),
            "MULTI_PAR_SAL": sale.parcels.count > 1 ? "C" : "", "RS_ID": submission, "MP_ID": parcel.masterID,
            "STATE_PARCEL_ID": parcel.stateID,
        ]
    }

    private func parcelSale(_ sale: SampleSale) -> [String: String] {
        [
            "MULTI_PAR_SAL1": sale.parcels.count > 1 ? "C" : "", "QUAL_CD1": sale.qualification, "VI_CD1": "I",
            "SALE_PRC1": String(sale.price), "SALE_YR1": String(sale.year),
            "SALE_MO1": String(sale.month).leftPadded(to: 2),
            "CLERK_NO1": sale.clerkNumber,
        ]
    }

    private func parcelRow(_ parcel: SampleParcel, _ submission: String) -> [String: String] {
        var row = valueFields(parcel)
        let legal = "LOT \(parcel.id.suffix(3)) BLK 1"
        let authority = "0\(county.number)12"
        let place: [String: String] = [
            "CO_NO": String(county.number), "PARCEL_ID": parcel.id, "FILE_T": "R", "ASMNT_YR": String(year),
            "BAS_STRT": parcel.stratum, "ATV_STRT": "1", "GRP_NO": "1", "DOR_UC": parcel.use,
            "PA_UC": String(parcel.use.suffix(2)),
            "LND_UNTS_CD": "2", "NO_LND_UNTS": String(parcel.landSquareFeet),
            "LND_SQFOOT": String(parcel.landSquareFeet),
            "DT_LAST_INSPT": "0623", "S_LEGAL": legal, "MKT_AR": "1", "NBRHD_CD": parcel.neighborhood,
            "TAX_AUTH_CD": authority,
            "TWN": "50S", "RNG": "41E", "SEC": "012", "PHY_ADDR1": parcel.address, "RS_ID": submission,
            "MP_ID": parcel.masterID, "STATE_PAR_ID": parcel.stateID,
        ]
        let owner: [String: String] = [
            "OWN_NAME": parcel.owner.name, "OWN_ADDR1": parcel.owner.address, "OWN_CITY": parcel.owner.city,
            "OWN_STATE": "FL", "OWN_ZIPCD": parcel.owner.zip, "PHY_CITY": parcel.owner.city,
            "PHY_ZIPCD": parcel.owner.zip,
        ]
        row.merge(place) { $1 }
        row.merge(owner) { $1 }
        guard let built = parcel.yearBuilt else { return row }
        let building: [String: String] = [
            "IMP_QUAL": "3", "CONST_CLASS": "3", "EFF_YR_BLT": String(built), "ACT_YR_BLT": String(built),
            "TOT_LVG_AREA": String(parcel.livingArea), "NO_BULDNG": "1", "NO_RES_UNTS": "1",
        ]
        return row.merging(building) { $1 }
    }

    private func valueFields(_ parcel: SampleParcel) -> [String: String] {
        let just = parcel.justValue
        let assessed = parcel.isHomestead ? just * 7 / 10 : just
        let first = parcel.isHomestead ? min(25_000, assessed) : 0
        let second = parcel.isHomestead ? max(0, min(25_722, assessed - 50_000)) : 0
        let group = parcel.isHomestead ? "HMSTD" : (parcel.owner.isCompany ? "RESD_NON_RESD" : "NON_HMSTD_RESD")
        return [
            "JV": String(just), "AV_SD": String(assessed), "AV_NSD": String(assessed),
            "TV_SD": String(assessed - first),
            "TV_NSD": String(assessed - first - second), "JV_\(group)": String(just), "AV_\(group)": String(assessed),
            "LND_VAL": String(just / 4), "EXMPT_01": first > 0 ? String(first) : "",
            "EXMPT_02": second > 0 ? String(second) : "",
        ]
    }

    private func accountRow(_ index: Int, _ random: inout SampleRandom, _ submission: String) -> [String: String] {
        let owner = companies[index % companies.count]
        let furniture = random.number(1...400) * 1_000
        let leasehold = random.chance(30) ? random.number(1...50) * 1_000 : 0
        let total = furniture + leasehold
        let exempt = min(25_000, total)
        let account = "T\(county.number)\(String(index + 1).leftPadded(to: 6))"
        let authority = "0\(county.number)12"
        let values: [String: String] = [
            "CO_NO": String(county.number), "ACCT_ID": account, "FILE_T": "P",
            "ASMNT_YR": String(year), "TAX_AUTH_CD": authority,
            "NAICS_CD": random.pick(["531110", "722511", "621210", "484110", "713930"]), "JV_F_F_E": String(furniture),
            "JV_LESE_IMP": leasehold > 0 ? String(leasehold) : "", "JV_TOTAL": String(total), "AV_TOTAL": String(total),
            "EXMPT_VAL": String(exempt), "TAX_VAL": String(total - exempt),
            "PEN_RATE": random.pick(["0", "0", "0", "25"]),
        ]
        let rest: [String: String] = [
            "OWN_NAM": owner.name, "OWN_ADDR": owner.address, "OWN_CITY": owner.city, "OWN_STATE": "FL",
            "OWN_ZIPCD": owner.zip, "PHY_ADDR": owner.address, "PHY_CITY": owner.city, "PHY_ZIPCD": owner.zip,
            "EXMPT": "M;\(exempt)", "SEQ_NO": String(index + 1), "TS_ID": submission,
        ]
        return values.merging(rest) { $1 }
    }
}
