import Foundation
import Logging
import StrictJSON

/// A log of one JSON object a line on standard error: at, level, label, message and the fields of the line.
struct JSONLogHandler: LogHandler {
    let label: String
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields: JSONObject = [
            "at": .string(Date().formatted(Self.time)), "level": .string(event.level.rawValue),
            "label": .string(label), "message": .string(event.message.description),
        ]
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (name, value) in all.sorted(by: { $0.key < $1.key }) where fields[name] == nil {
            fields[name] = .string("\(value)")
        }
        Output.complain(JSONValue.object(fields).serialized())
    }

    private static let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
