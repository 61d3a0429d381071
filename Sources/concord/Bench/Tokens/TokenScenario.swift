import JobModel
import Orchestrator

/// What is asked of each type of operation in `concord bench tokens`: all on the built-in sample.
struct TokenScenario {
    /// The goal in words, as a language model would be given it.
    let goal: String
    /// The operation that it stands for.
    let request: OperationRequest

    /// The scenario of a type; one with its defaults for a type that a deployment has added.
    init(operationType: String, summary: String?) {
        let (goal, parameters): (String, JSONValue) =
            switch operationType {
            case "data_pipeline":
                (
                    "Load the 2025 NAL, SDF and NAP rolls of Broward and tell how many rows are live and what is wrong with the rest.",
                    ["counties": ["BROWARD"], "datasets": ["NAL", "SDF", "NAP"], "year": 2025]
                )
            case "data_validation":
                (
                    "Check these sales against the rules and tell which rules fail on how many rows.",
                    ["data": .array(Self.sales), "dataset": "SDF", "validation_level": "strict"]
                )
            case "entity_sync": ("Take over the company filings, match them with owners and tell what was linked.", [:])
            case "performance_check": ("Tell how the system is doing and what is slow.", [:])
            case "ai_inference":
                (
                    "How many parcels are there, and which use codes are assigned to those without one?",
                    ["question": "How many parcels are there?"]
                )
            default: (summary ?? "Run \(operationType) and tell what came of it.", [:])
            }
        self.goal = goal
        request = OperationRequest(operationType: operationType, parameters: parameters)
    }

    /// Two hundred errors of a county file, synthetic and the same in every run: what the ladder is shown on.
    static let errors: JSONValue = {
        let rules = [
            ("R-DOR-UC", "the use code is not in the table", "DOR_UC"),
            ("R-JV-POS", "the just value is below zero", "JV"),
            ("R-SALE-YR", "the year of the sale is before 1900", "SALE_YR1"),
            ("R-OWN-NAME", "the owner has no name", "OWN_NAME"),
            ("R-ZIP", "the code is not one of Florida", "PHY_ZIPCD"),
        ]
        return .array(
            (0..<200).map { number in
                let rule = rules[(number * number + number / 7) % rules.count]
                return [
                    "row": .integer(17 + number * 311), "county": "BROWARD", "dataset": "NAL", "year": 2025,
                    "parcel_id": .string("4942\(360_000 + number * 7919)"), "rule": .string(rule.0),
                    "message": .string(rule.1), "field": .string(rule.2), "severity": "error",
                    "value": .string(["", "0", "-1", "999", "N/A"][number % 5]),
                ]
            }
        )
    }()

    /// A hundred sales, every third of which breaks a rule.
    private static let sales: [JSONValue] = (0..<100).map { row in
        [
            "CO_NO": "16", "PARCEL_ID": .string("4942\(360_000 + row * 37)"), "ASMNT_YR": "2025", "ATV_STRT": "1",
            "GRP_NO": "1", "DOR_UC": .string(row % 7 == 0 ? "999" : "001"), "NBRHD_CD": "10", "MKT_AR": "01",
            "SALE_ID_CD": .string("S\(row)"), "SAL_CHNG_CD": "", "VI_CD": .string(row % 3 == 0 ? "X" : "I"),
            "OR_BOOK": "1", "OR_PAGE": .string(String(row)), "CLERK_NO": "", "QUAL_CD": "01",
            "SALE_YR": .string(row % 11 == 0 ? "1066" : "2024"), "SALE_MO": .string(row % 5 == 0 ? "13" : "06"),
            "SALE_PRC": .string(row % 4 == 0 ? "-100" : String(100_000 + row * 999)), "MULTI_PAR_SAL": "",
            "RS_ID": "A1B2", "MP_ID": .string("0000\(row)"), "STATE_PARCEL_ID": .string("C16-\(row)"),
        ]
    }
}
