// Written by scripts/generate-layouts from the Department's documents; edit the script, not this file.
// swift-format-ignore-file

extension TangibleExemption {
    /// The exemptions of tangible personal property.
    package static let all: [TangibleExemption] = [
        TangibleExemption(code: "A", meaning: "Institutional"),
        TangibleExemption(code: "B", meaning: "Non-governmental educational property (other than s. 196.1985)"),
        TangibleExemption(code: "C", meaning: "Federal government property"),
        TangibleExemption(code: "D", meaning: "State government property"),
        TangibleExemption(code: "E", meaning: "Local government property"),
        TangibleExemption(code: "F", meaning: "Leasehold interests in government property"),
        TangibleExemption(code: "G", meaning: "County economic development"),
        TangibleExemption(code: "H", meaning: "Not-for-profit sewer and water companies"),
        TangibleExemption(code: "I", meaning: "Blind"),
        TangibleExemption(code: "J", meaning: "Total and permanent disability"),
        TangibleExemption(code: "K", meaning: "Widows and widowers"),
        TangibleExemption(code: "L", meaning: "Disabled veterans"),
        TangibleExemption(code: "M", meaning: "$25,000 tangible personal property"),
        TangibleExemption(code: "N", meaning: "Space laboratories and carriers"),
        TangibleExemption(code: "O", meaning: "Affordable housing"),
        TangibleExemption(code: "P", meaning: "Municipality economic development"),
        TangibleExemption(code: "Q", meaning: "Renewable energy source device"),
        TangibleExemption(code: "R", meaning: "FHFC certified new multi-family"),
        TangibleExemption(code: "S", meaning: "County affordable housing program"),
        TangibleExemption(code: "T", meaning: "Municipal affordable housing program"),
    ]
}
