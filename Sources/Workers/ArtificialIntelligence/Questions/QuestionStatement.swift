import Foundation
import JobQueue
import PostgresClient

/// A checked plan as a statement with parameters.
///
/// Every name in it is a constant of ``QuestionCatalog``; everything of the question is a parameter.
struct QuestionStatement: Sendable {
    let sql: String
    let parameters: [PostgresValue]
    /// The columns before the citation.
    let columns: [String]

    /// The statement for what the plan measures.
    init(_ plan: QuestionPlan, limit: Int) {
        var builder = Builder(plan)
        let conditions = builder.conditions()
        let catalog = builder.catalog
        let rows = Self.rows(catalog, plan, conditions)
        switch plan.measure {
        case .list:
            columns = catalog.shown
            let order = plan.orderBy ?? columns[0]
            sql = """
                SELECT \(columns.map { "f_\($0)" }.joined(separator: ", ")), citation, count(*) OVER () AS total
                FROM (\(rows)) r
                ORDER BY f_\(order) \(plan.isDescending == true ? "DESC" : "ASC") NULLS LAST, citation
                LIMIT \(builder.add(.int(limit)))
                """
        default:
            let value = Self.aggregate(plan.measure, plan.of)
            if let group = plan.groupBy {
                columns = [group, plan.measure.rawValue, "rows"]
                let direction = plan.isDescending == false ? "ASC" : "DESC"
                sql = """
                    SELECT f_\(group), \(value) AS value, count(*) AS rows, '' AS citation, count(*) OVER () AS total
                    FROM (\(rows)) r GROUP BY 1 ORDER BY value \(direction) NULLS LAST, 1
                    LIMIT \(builder.add(.int(limit)))
                    """
            } else {
                columns = [plan.measure.rawValue, "rows"]
                sql = "SELECT \(value) AS value, count(*) AS rows, '' AS citation, count(*) AS total FROM (\(rows)) r"
            }
        }
        parameters = builder.parameters
    }

    /// The rows that are meant, each of them once, with every field under its own name.
    private static func rows(_ catalog: QuestionCatalog, _ plan: QuestionPlan, _ conditions: [String]) -> String {
        let fields = catalog.fields.map { "\($0.sql) AS f_\($0.name)" }.joined(separator: ", ")
        let distinct = catalog.distinct.isEmpty ? "" : "DISTINCT ON (\(catalog.distinct)) "
        let order = catalog.distinct.isEmpty ? "" : " ORDER BY \(catalog.distinct), t.parcel_id"
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return "SELECT \(distinct)\(fields), \(catalog.citation) AS citation FROM \(catalog.source)\(condition)\(order)"
    }

    private static func aggregate(_ measure: QuestionPlan.Measure, _ field: String?) -> String {
        let name = "f_\(field ?? "")"
        return switch measure {
        case .list, .count: "count(*)"
        case .sum: "sum(\(name))::bigint"
        case .average: "round(avg(\(name)), 2)::float8"
        case .median: "percentile_cont(0.5) WITHIN GROUP (ORDER BY \(name))"
        case .minimum: "min(\(name))"
        case .maximum: "max(\(name))"
        }
    }

    private struct Builder {
        let plan: QuestionPlan
        let catalog: QuestionCatalog
        var parameters: [PostgresValue] = []

        init(_ plan: QuestionPlan) {
            self.plan = plan
            catalog = .of(plan.subject)
        }

        mutating func add(_ value: PostgresValue) -> String {
            parameters.append(value)
            return "$\(parameters.count)"
        }

        mutating func conditions() -> [String] {
            plan.conditions.flatMap { condition -> [String] in
                guard let field = catalog.field(condition.field), let value = field.parameter(condition.value) else {
                    return []
                }
                switch condition.comparison {
                case .atLeast: return ["\(field.sql) >= \(add(value))"]
                case .atMost: return ["\(field.sql) <= \(add(value))"]
                case .equals where field.kind == .text: return ["upper(\(field.sql)) = upper(\(add(value)))"]
                case .equals: return ["\(field.sql) = \(add(value))"]
                case .startsWith: return ["\(field.sql) ILIKE \(add(.text(Self.pattern(condition.value) + "%")))"]
                case .hasWords:
                    let words = (condition.value.string ?? "").split {
                        !$0.isLetter && !$0.isNumber && $0 != "'" && $0 != "-"
                    }
                    return words.map { "\(field.sql) ILIKE \(add(.text("%" + Self.escaped(String($0)) + "%")))" }
                }
            }
        }

        private static func pattern(_ value: JSONValue) -> String { escaped(value.string ?? "") }

        /// A text in which LIKE's own characters stand for themselves.
        private static func escaped(_ text: String) -> String {
            text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
        }
    }
}
