/// What an expression yields while it is being turned into steps.
indirect enum PlanValue {
    case whole(LawPlan.Place)
    case truth(LawPlan.Place)
    /// Numerator and a denominator above zero.
    case fraction(LawPlan.Place, LawPlan.Place)
    case date(LawPlan.Place)
    case choice(LawPlan.Place, [String])
    /// A text that is only ever put in order.
    case order(LawPlan.Place)
    case text(String)
    case texts([String])
    case null
    /// A record of the facts, by its path.
    case record([FactsSchema.Field], path: String)
    /// The member that a loop is at.
    case member
    /// The first of the members of a stream.
    case first(PlanStream)
    case stream(PlanStream)
    /// A list of whole numbers of the household, by its path.
    case numbers(path: String)
}

/// Members of a household: those for which `filter` holds, in an order, each as `element`.
struct PlanStream {
    var filter: LawPlan.Place
    /// The first is compared first.
    var order: [LawPlan.Place] = []
    /// nil for the member itself.
    var element: PlanValue?
}
