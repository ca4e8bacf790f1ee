import Mustache

/// The pages' templates, compiled once.
struct Templates: Sendable {
    /// Every template; the raw value is the file's name.
    enum Name: String, CaseIterable, Sendable {
        case layout, field, problems, rows, waterfall, duplicates, opinions, fingers, prints, verification, joining
        case home, signIn, staff, form, check, receipt, householdStart, householdReceipt
        case queue, review, residentSignIn, residentCode, resident, assessment, status, log, outbox, error
    }

    let library: MustacheLibrary
    static let style = text(PackageResources.Style_css)
    static let icon = text(PackageResources.Icon_svg)

    /// Throws `TextError` for a template that is missing or cannot be read.
    init() throws(TextError) {
        var library = MustacheLibrary()
        for name in Name.allCases {
            guard let source = Self.sources[name] else {
                throw TextError(file: "\(name.rawValue).mustache", message: "the template is missing")
            }
            do {
                try library.register(source, named: name.rawValue)
            } catch {
                throw TextError(file: "\(name.rawValue).mustache", message: "\(error)")
            }
        }
        self.library = library
    }

    func render(_ name: Name, _ model: some Sendable) -> String {
        library.render(model, withTemplate: name.rawValue) ?? ""
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    static let sources: [Name: String] = [
        .layout: text(PackageResources.layout_mustache),
        .field: text(PackageResources.field_mustache),
        .problems: text(PackageResources.problems_mustache),
        .rows: text(PackageResources.rows_mustache),
        .waterfall: text(PackageResources.waterfall_mustache),
        .duplicates: text(PackageResources.duplicates_mustache),
        .opinions: text(PackageResources.opinions_mustache),
        .fingers: text(PackageResources.fingers_mustache),
        .prints: text(PackageResources.prints_mustache),
        .verification: text(PackageResources.verification_mustache),
        .joining: text(PackageResources.joining_mustache),
        .home: text(PackageResources.home_mustache),
        .signIn: text(PackageResources.signIn_mustache),
        .staff: text(PackageResources.staff_mustache),
        .form: text(PackageResources.form_mustache),
        .check: text(PackageResources.check_mustache),
        .receipt: text(PackageResources.receipt_mustache),
        .householdStart: text(PackageResources.householdStart_mustache),
        .householdReceipt: text(PackageResources.householdReceipt_mustache),
        .queue: text(PackageResources.queue_mustache),
        .review: text(PackageResources.review_mustache),
        .residentSignIn: text(PackageResources.residentSignIn_mustache),
        .residentCode: text(PackageResources.residentCode_mustache),
        .resident: text(PackageResources.resident_mustache),
        .assessment: text(PackageResources.assessment_mustache),
        .status: text(PackageResources.status_mustache),
        .log: text(PackageResources.log_mustache),
        .outbox: text(PackageResources.outbox_mustache),
        .error: text(PackageResources.error_mustache),
    ]
}
