import CLibpq

/// libpq's own reading of connection addresses.
enum ConnectionString {
    /// The parameters that an address sets.
    ///
    /// libpq's error text can quote the address, password and all, and is not passed on.
    static func parse(_ text: String) throws(PostgresError) -> [String: String] {
        guard let options = PQconninfoParse(text, nil) else {
            throw PostgresError(
                code: .configuration,
                operation: "configure",
                summary: "the address is neither a postgres:// URL nor a list of libpq's key=value pairs"
            )
        }
        defer { PQconninfoFree(options) }
        var parameters: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { parameters[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return parameters
    }
}
