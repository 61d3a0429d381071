import Glibc

/// The programs of the newest installed PostgreSQL, and the user that they run as.
struct PostgresPrograms: Sendable {
    /// The path of `postgres`.
    let server: String
    /// The path of `initdb`.
    let initializer: String
    /// The path of `createdb`.
    let databaseCreator: String
    /// The user to run as when this process is root, which PostgreSQL refuses to run as; nil otherwise.
    let user: String?

    /// Finds the programs.
    init() throws(PrivateServerError) {
        let folders = ExecutableSearch.postgresFolders()
        guard let server = ExecutableSearch.find("postgres", alsoIn: folders),
            let initializer = ExecutableSearch.find("initdb", alsoIn: folders),
            let databaseCreator = ExecutableSearch.find("createdb", alsoIn: folders)
        else {
            throw PrivateServerError(
                code: .executableNotFound,
                message: "PostgreSQL's server is not installed: apt-get install postgresql"
            )
        }
        self.server = server
        self.initializer = initializer
        self.databaseCreator = databaseCreator
        user = geteuid() == 0 ? ["postgres", "nobody"].first { getpwnam($0) != nil } : nil
    }
}
