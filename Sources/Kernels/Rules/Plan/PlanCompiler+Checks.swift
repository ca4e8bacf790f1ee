import ExpressionLanguage

extension PlanCompiler {
    /// Whether a declaration passes the checks of the facts, one formula covers it and no doubt was noted.
    ///
    /// Throws `invalidExpression` for a check that neither columns nor a comparison of texts can express.
    mutating func certainty(_ isCovered: LawPlan.Place) throws(LawError) -> LawPlan.Place {
        var result = isCovered
        for check in schema.checks {
            let before = snapshot()
            defer { restore(before) }
            if let prefix = prefix(check.require) {
                prefixes.append(prefix)
                continue
            }
            if let each = check.each {
                guard each == listName else { throw unsupported() }
                bind("item", .member)
            }
            let holds = try truth(check.require)
            if plan.isOfMembers[holds] {
                let fails = count(plan.place(.not(holds)))
                result = plan.place(.and(result, plan.place(.equal(fails, plan.number(0)))))
            } else {
                result = plan.place(.and(result, holds))
            }
        }
        for doubt in doubts {
            let isAbsent =
                plan.isOfMembers[doubt] ? plan.place(.equal(count(doubt), plan.number(0))) : plan.place(.not(doubt))
            result = plan.place(.and(result, isAbsent))
        }
        return result
    }

    /// `text.startsWith(choice + "suffix")`.
    private func prefix(_ expression: RuleExpression) -> LawPlan.Prefix? {
        guard case .call("startsWith", let target?, let arguments) = expression.expression.syntax.kind,
            arguments.count == 1, case .identifier(let text) = target.kind,
            case .call("_+_", nil, let parts) = arguments[0].kind, parts.count == 2,
            case .identifier(let choice) = parts[0].kind, case .literal(.string(let suffix)) = parts[1].kind,
            case .text? = schema.field(text)?.type, case .choice? = schema.field(choice)?.type
        else { return nil }
        return LawPlan.Prefix(text: text, choice: choice, suffix: suffix)
    }
}
