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
        if answer.before == true, answer.after, let before = answer.amountBefore, let after = answer.amountAfter,
            before != after
        {
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

    /// Everything to be read aloud about a household, in order: the estimate; each variable by its effect, with who said
    /// it; each programme with its grounds, its amount and the steps to it.
    ///
    /// Throws as `assess` does, and `unknownLanguage`.
    public func narrative(_ facts: Facts, language: String) throws(LawError) -> [String] {
        let facts = try damped(facts)
        let assessment = try assess(facts)
        let explanation = try Explanation(assessment, language: language)
        let roots = try reasoning(facts, language: language)
        var all = [explanation.summary, explanation.start]
        for term in explanation.terms {
            var words = [term.sentence, term.effect]
            if term.contribution != .zero {
                words += [origin(term.factPaths, facts, language), term.provisional].compactMap(\.self)
            }
            all.append(words.joined(separator: " "))
        }
        for (decision, words) in zip(assessment.decisions, explanation.decisions) {
            all.append(words.headline)
            if let kept = kept(decision, of: facts) { all.append(sentence(kept, language: language)) }
            all += words.reasons
            if let amount = words.amount {
                all.append(amount)
                let node = roots.first { $0.kind == .programme && $0.id == decision.programme }
                let steps = node?.children.first { $0.kind == .amount }?.children ?? []
                all += steps.filter { $0.kind == .step && !$0.sentence.isEmpty }.map(\.sentence)
            }
            all += [words.limit, words.position] + words.provisional
        }
        return all
    }

    private func origin(_ paths: [String], _ facts: Facts, _ language: String) -> String? {
        var labels: [String] = []
        for path in paths {
            let members = path.firstRange(of: "[].").map { range in
                facts.annexes.provenance.keys.filter { $0.hasPrefix(path[..<range.lowerBound] + "[") }.sorted()
            }
            let all = [path] + (members ?? []).filter { key in key.hasSuffix(path.drop { $0 != "." }) }
            for path in all {
                guard let code = facts.source(of: path),
                    let label = parts.schema.sources.first(where: { $0.code == code })?.labels[language],
                    !labels.contains(label)
                else { continue }
                labels.append(label)
            }
        }
        guard !labels.isEmpty else { return nil }
        return sentences(.origin, language, ["source": labels.joined(separator: sentences(.separator, language))])
    }

    /// What a programme answered on application, as whole sentences: the answer, its grounds, the amount, the days, and
    /// which numbers are not confirmed. Throws `unknownLanguage`.
    public func sentences(_ ruling: Ruling, language: String) throws(LawError) -> [String] {
        guard let words = wording.languages[language] else {
            throw LawError(
                .unknownLanguage, "The law has no texts in this language; it has \(languages.joined(separator: ", ")).")
        }
        let name = ruling.labels[language] ?? ruling.programme
        var all = [Template.filled(ruling.eligible ? words.eligible : words.notEligible, ["programme": name])]
        all += ruling.reasons.map { $0.labels[language] ?? $0.code }
        if ruling.eligible, let amount = ruling.amount {
            all.append(
                Template.filled(
                    amount.sentences[language] ?? "", ["amount": words.numbers.amount(Rational(amount.perMonth))]))
        }
        all += ruling.dates.map { Template.filled($0.sentences[language] ?? "", ["date": $0.date.description]) }
        all += ruling.parameters.filter { $0.status == .provisional }.map {
            Template.filled(words.provisional, ["parameter": $0.labels[language] ?? $0.id])
        }
        return all
    }

    /// A programme's name.
    public func label(of programme: String, _ language: String) -> String {
        (programmes + further).first { $0.first?.id == programme }?.last?.labels[language] ?? programme
    }
}
