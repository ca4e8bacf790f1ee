public import Storage

/// The tables of fingers, of the search for them, and of cases of identity.
enum PrintTables {
    /// One row an impression or an exception, never changed; what holds of a finger is the fold of its rows.
    static let record = Table(
        "finger_record", family: .person,
        columns: [
            .text("person_id"), .integer("record_number"), .integer("finger"), .text("kind"), .text("done_at"),
            .text("actor_kind"), .text("actor_id"), .content("content"),
        ],
        primaryKey: ["person_id", "record_number"])

    /// The picture of an impression, apart, so that nobody who needs a template opens it.
    static let image = Table(
        "finger_image", family: .person,
        columns: [.text("person_id"), .integer("record_number"), .content("content")],
        primaryKey: ["person_id", "record_number"])

    /// Keyed hashes of all pictures that were ever given: none counts twice.
    static let mark = Table(
        "finger_image_mark", family: .uniqueIndex, columns: [.blob("index_key"), .text("person_id")],
        primaryKey: ["index_key"])

    /// The last order number that was given, in one row: who enrols waits for who enrolled before.
    static let counter = Table(
        "gallery_counter", family: .reference, columns: [.text("name"), .integer("last_order")], primaryKey: ["name"])

    /// The list that galleries follow; `removes` is the order number of an enrolment that no longer counts.
    static let event = Table(
        "gallery_event", family: .person,
        columns: [
            .text("person_id"), .integer("order_number"), .integer("removes", nullable: true), .text("made_at"),
            .content("content"),
        ],
        primaryKey: ["person_id", "order_number"], indexes: [["order_number"]])

    /// Where the search for a person's fingers stands; `record_count` tells for which of the person's rows.
    static let search = Table(
        "print_search", family: .person,
        columns: [
            .text("person_id"), .integer("order_number"), .integer("record_count"), .text("state"),
            .integer("is_complete"), .text("changed_at"),
        ],
        primaryKey: ["person_id"])

    /// Two files of which reviewers say whether they are of one person; asked again, it is another round.
    static let identityCase = Table(
        "identity_case", family: .person,
        columns: [
            .text("person_id"), .text("candidate_id"), .integer("round"), .text("kind"), .text("outcome"),
            .text("opened_at"), .content("content"),
        ],
        primaryKey: ["person_id", "candidate_id", "round"], indexes: [["outcome", "opened_at"]])

    /// What one reviewer held in a round; never changed.
    static let vote = Table(
        "identity_vote", family: .person,
        columns: [
            .text("person_id"), .text("candidate_id"), .integer("round"), .text("reviewer_id"), .text("opinion"),
            .text("voted_at"), .content("content"),
        ],
        primaryKey: ["person_id", "candidate_id", "round", "reviewer_id"])

    static let all = [record, image, mark, counter, event, search, identityCase, vote]

    static let records = Statement(
        "finger_record.ofPerson",
        "SELECT \(record.columnList) FROM finger_record WHERE person_id = ? ORDER BY record_number")

    static let eventsAfter = Statement(
        "gallery_event.after",
        "SELECT \(event.columnList) FROM gallery_event WHERE order_number > ? ORDER BY order_number LIMIT ?",
        isFanOut: true)

    static let cases = Statement(
        "identity_case.ofPerson",
        "SELECT \(identityCase.columnList) FROM identity_case WHERE person_id = ? ORDER BY candidate_id, round")

    static let votes = Statement(
        "identity_vote.ofCase",
        "SELECT \(vote.columnList) FROM identity_vote WHERE person_id = ? AND candidate_id = ? AND round = ? ORDER BY voted_at"
    )

    static let openCases = Statement(
        "identity_case.open",
        "SELECT person_id, candidate_id, kind, opened_at FROM identity_case WHERE outcome = ? ORDER BY opened_at LIMIT ?",
        isFanOut: true)

    static let statements = [records, eventsAfter, cases, votes, openCases]
}
