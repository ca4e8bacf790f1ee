/// A form with files: fields and files, each name once (RFC 7578).
struct UploadBody: Sendable {
    let form: FormBody
    /// Files that were chosen, by the name of their field; a field left empty has none.
    let files: [String: [UInt8]]

    private static let mostParts = 64

    /// The boundary that a content type names; nil for none that RFC 2046 allows.
    static func boundary(_ type: String) -> String? {
        for parameter in type.split(separator: ";").dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1).map { $0.filter { !$0.isWhitespace } }
            guard pair.count == 2, pair[0].lowercased() == "boundary" else { continue }
            let text = pair[1].filter { $0 != "\"" }
            return (1...70).contains(text.utf8.count) ? text : nil
        }
        return nil
    }

    /// Throws `WebError` (`malformedForm`): no boundary where one is due, a part without a name, a name twice.
    init(_ bytes: [UInt8], boundary: String) throws(WebError) {
        let line = Array("--\(boundary)".utf8)
        guard bytes.starts(with: line) else { throw WebError(.malformedForm) }
        var fields: [String: String] = [:]
        var files: [String: [UInt8]] = [:]
        var place = line.count
        let delimiter = [13, 10] + line
        for _ in 0..<Self.mostParts {
            if bytes[place...].starts(with: [45, 45]) {
                self.form = FormBody(fields: fields)
                self.files = files
                return
            }
            guard bytes[place...].starts(with: [13, 10]),
                let head = bytes[(place + 2)...].firstRange(of: [13, 10, 13, 10]),
                let end = bytes[head.upperBound...].firstRange(of: delimiter)
            else { throw WebError(.malformedForm) }
            guard let disposition = Self.disposition(bytes[(place + 2)..<head.lowerBound]),
                let name = disposition.name, fields[name] == nil, files[name] == nil
            else { throw WebError(.malformedForm) }
            let value = bytes[head.upperBound..<end.lowerBound]
            if disposition.isFile {
                if !value.isEmpty { files[name] = Array(value) }
            } else {
                guard let text = String(validating: value, as: UTF8.self) else { throw WebError(.invalidUTF8) }
                fields[name] = text
            }
            place = end.upperBound
        }
        throw WebError(.malformedForm)
    }

    /// The name of a part, and whether it is a file; nil where its head is none.
    private static func disposition(_ head: ArraySlice<UInt8>) -> (name: String?, isFile: Bool)? {
        guard let text = String(validating: head, as: UTF8.self) else { return nil }
        for line in text.split(whereSeparator: { $0 == "\r\n" || $0 == "\n" }) {
            guard line.lowercased().hasPrefix("content-disposition:") else { continue }
            let name = line.firstMatch(of: /[; ]name="([^"]*)"/).map { String($0.1) }
            return (name, line.contains(/[; ]filename\*?=/))
        }
        return nil
    }
}
