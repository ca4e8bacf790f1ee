import Quantities

/// What formulas and programmes are read against: everything of the law that does not decide by itself.
struct LawParts: Sendable {
    let languages: [String]
    let schema: FactsSchema
    let definitions: Definitions
    let parameters: [String: Parameter]
    let variables: [String: Variable]
    let applications: [String: ApplicationSchema]

    func reference(_ node: LawNode, from: CivilDate) throws(LawError) -> ParameterReference {
        try ParameterReference(node, parameters: parameters, from: from, definitions: definitions, schema: schema)
    }

    /// A rule's file is `folder/id/from.yaml`, so that its versions stand side by side.
    func checkPath(_ root: LawNode, folder: String, id: String, from: CivilDate) throws(LawError) {
        let expected = "\(folder)/\(id)/\(from).yaml"
        guard root.file == expected else {
            throw root.error(.wrongType, "A rule of this id and start date belongs in \(expected).")
        }
    }
}
