/// One numbered change of the schema.
package struct PostgresMigration: Sendable, Equatable {
    /// Whose tables it changes; each component counts its versions for itself.
    package let component: String
    /// The number within the component, from 1 and without gaps.
    package let version: Int
    /// What it does, in a few words.
    package let name: String
    /// The statements.
    ///
    /// They run in one transaction, so that CREATE INDEX CONCURRENTLY and the like are not possible.
    package let sql: String

    /// Creates a migration.
    package init(component: String, version: Int, name: String, sql: String) {
        self.component = component
        self.version = version
        self.name = name
        self.sql = sql
    }
}
