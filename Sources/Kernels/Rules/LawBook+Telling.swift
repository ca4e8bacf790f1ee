import Quantities

extension LawBook {
    /// What one change of one fact would do, as a whole sentence.
    public func sentence(_ change: DecidingFact, of facts: Facts, language: String) -> String {
        let fact = fact(at: change.path, in: facts.json)
        let name = fact.map { self.name(of: $0, language) } ?? change.path
        return sentences(
            change.eligible ? .wouldGain : .wouldLose, language,
            [
                "fact": name, "before": words(change.before, fact, language),
                "after": words(change.after, fact, language), "programme": label(of: change.programme, language),
            ])
    }

    /// That no single change would flip a decision.
    public func nothingFlips(language: String) -> String { sentences(.nothingFlips, language) }

    /// What changed since the last decision, term by term and programme by programme, as whole sentences.
    ///
    /// Each term's effect is counted at the later score: what the estimate would be without the change of this term.
    public func sentences(_ changes: AssessmentChanges, language: String) -> [String] {
        guard let numbers = wording.languages[language]?.numbers else { return [] }
        let (old, new) = (exponential(changes.scoreBefore.approximation), exponential(changes.scoreAfter.approximation))
        let kind: LawSentences.Kind =
            changes.scoreBefore < changes.scoreAfter
            ? .estimateRose : changes.scoreAfter < changes.scoreBefore ? .estimateFell : .estimateSame
        var all = [sentences(kind, language, ["before": numbers.whole(old), "after": numbers.whole(new)])]
        for term in changes.terms {
            let step = (term.after?.approximation ?? 0) - (term.before?.approximation ?? 0)
            let money = new - exponential(changes.scoreAfter.approximation - step)
            all.append(
                sentences(
                    step > 0 ? .termRaised : .termLowered, language,
                    ["name": term.labels[language] ?? term.code, "amount": numbers.whole(money.magnitude)]))
        }
        if changes.answers.isEmpty { all.append(sentences(.nothingChanged, language)) }
        for answer in changes.answers { all += sentences(answer, language, numbers) }
        return all
    }

    private func sentences(
        _ answer: AssessmentChanges.Answer, _ language: String, _ numbers: NumberFormat
    ) -> [String] {
        let name = label(of: answer.programme, language)
        var all: [String] = []
        switch (answer.before ?? false, answer.after) {
        case (false, true): all.append(sentences(.nowEntitled, language, ["programme": name]))
        case (true, false): all.append(sentences(.nowRefused, language, ["programme": name]))
        case (false, false): all.append(sentences(.stillRefused, language, ["programme": name]))
        case (true, true): break
        }
        all += answer.newReasons.map { $0.labels[language] ?? $0.code }
        if answer.after, let before = answer.amountBefore, let after = answer.amountAfter, before != after {
            all.append(
                sentences(
                    .amountChanged, language,
                    [
                        "programme": name, "before": numbers.amount(Rational(before)),
                        "after": numbers.amount(Rational(after)),
                    ]))
        }
        return all
    }

    /// A programme's name.
    public func label(of programme: String, _ language: String) -> String {
        (programmes + further).first { $0.first?.id == programme }?.last?.labels[language] ?? programme
    }
}
