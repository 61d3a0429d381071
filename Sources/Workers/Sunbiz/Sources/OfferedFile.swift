import PropertyData

/// A file that a source has.
struct OfferedFile: Sendable, Equatable {
    /// Its name.
    let name: SunBizFileName
    /// How many bytes it has; nil where the source does not say.
    var bytes: Int?
    /// What the source says of its version, such as an entity tag; nil where it says nothing that lasts.
    var version: String?
    /// The day of its last change; nil where the source does not say.
    var modified: CalendarDate?

    /// The day that its content stands for.
    func issuedOn(today: CalendarDate) -> CalendarDate { name.date ?? modified ?? today }
}
