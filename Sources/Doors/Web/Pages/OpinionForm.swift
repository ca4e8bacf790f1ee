import Installation
import PopulationRegister

/// What reviewers hold of two files, and the form for one more opinion: a part of a page.
struct OpinionForm: Sendable {
    struct Vote: Sendable {
        let opinion: String
        let reviewer: String
        let at: String
        let reason: String
    }

    struct Choice: Sendable {
        let id: String
        let code: String
        let label: String
        let isChosen: Bool
    }

    /// The place of the two files on the page, from 1.
    let number: Int
    let file: String
    let votes: [Vote]
    /// How many opinions there are that are not shown yet.
    let hidden: String?
    let mayDecide: Bool
    let choices: [Choice]
    let reason: String
}

extension WebDoor {
    /// Before the question is settled a reviewer sees the own opinion only, so that each is independent.
    ///
    /// - Parameter form: what was sent and refused, shown again where it was about this file.
    func opinionForm(
        _ number: Int, on file: String, _ votes: [ReviewerVote], isOpen: Bool, isOwn: Bool, _ form: FormBody?,
        _ context: WebContext
    ) -> OpinionForm {
        let (texts, reader) = (text(context.language), context.visitor.actor)
        let isChosen = isOpen && form?["candidate"] == file
        return OpinionForm(
            number: number, file: file,
            votes: votes.filter { !isOpen || $0.reviewer == reader }.map {
                OpinionForm.Vote(
                    opinion: texts.text("duplicateOpinion.\($0.opinion.rawValue)"),
                    reviewer: actorText($0.reviewer, texts), at: installation.jurisdiction.momentText($0.at),
                    reason: $0.reason)
            },
            hidden: isOpen && !votes.isEmpty
                ? texts.text("duplicates.votes", ["count": String(votes.count)]) : nil,
            mayDecide: isOpen && !isOwn && !votes.contains { $0.reviewer == reader },
            choices: DuplicateOpinion.allCases.map {
                OpinionForm.Choice(
                    id: "opinion-\(number)\($0 == .same ? "" : "-\($0.rawValue)")", code: $0.rawValue,
                    label: texts.text("duplicateOpinion.\($0.rawValue)"),
                    isChosen: isChosen && form?["opinion"] == $0.rawValue)
            }, reason: isChosen ? form?["reason"] ?? "" : "")
    }
}
