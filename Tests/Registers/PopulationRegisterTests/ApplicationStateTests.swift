import PopulationRegister
import Testing

@Suite("The state machine of an application")
struct ApplicationStateTests {
    typealias State = ApplicationState
    typealias Act = ApplicationAct

    /// Every edge there is; what is not here is refused.
    static let edges: [State: [Act: State]] = [
        .drafted: [.correct: .drafted, .submit: .submitted, .withdraw: .withdrawn],
        .submitted: [.startVerification: .inVerification, .link: .duplicate, .withdraw: .withdrawn],
        .inVerification: [
            .askCorrection: .correctionAsked, .accept: .accepted, .refuse: .refused, .withdraw: .withdrawn,
            .link: .duplicate,
        ],
        .duplicate: [.reopen: .inVerification],
        .correctionAsked: [
            .correct: .correctionAsked, .submit: .submitted, .refuse: .refused, .withdraw: .withdrawn,
        ],
        .accepted: [.merge: .merged], .merged: [.unmerge: .accepted], .refused: [:], .withdrawn: [:],
    ]

    @Test("allows exactly its edges, from every state by every act", arguments: State.allCases, Act.allCases)
    func edgesHold(state: State, act: Act) {
        let expected = Self.edges[state]?[act]
        #expect(State.after(act, from: state) == expected)
        #expect(state.availableActs.contains(act) == (expected != nil))
    }

    @Test("begins with a draft or is taken over as accepted, and begins with nothing else", arguments: Act.allCases)
    func beginning(act: Act) {
        let beginnings: [Act: State] = [.draft: .drafted, .takeOver: .accepted]
        #expect(State.after(act, from: nil) == beginnings[act])
    }

    @Test("is final where the question of a number is answered")
    func ends() {
        #expect(State.allCases.filter(\.isFinal) == [.accepted, .refused, .withdrawn, .merged])
    }

    @Test("every order of acts up to eight long is either a path or refused")
    func foldsArePaths() {
        var paths: [([Act], State)] = [([.draft], .drafted)]
        var count = 0
        for _ in 0..<7 {
            var next: [([Act], State)] = []
            for (acts, state) in paths {
                #expect(State.fold(acts) == state)
                count += 1
                for act in Act.allCases {
                    if let after = Self.edges[state]?[act] {
                        next.append((acts + [act], after))
                    } else {
                        #expect(State.fold(acts + [act]) == nil)
                    }
                }
            }
            paths = next
        }
        #expect(count > 50)
        #expect(State.fold([]) == nil)
    }

    @Test("decisions are the acts that the enterer may not take")
    func decisions() {
        #expect(Act.allCases.filter(\.isDecision) == [.askCorrection, .accept, .refuse])
    }
}
