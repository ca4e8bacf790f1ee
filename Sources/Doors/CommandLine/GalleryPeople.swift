import BiometricFormats
import Fingerprint
import Foundation
import Gallery
import Iris

/// Persons with their records, from a list or from folders.
struct GalleryPeople {
    /// One record of a person: which part of the body, as far as the list or the file's name says it.
    struct Part {
        let file: URL
        let place: String
        let finger: String
    }

    struct Person {
        let identifier: String
        let parts: [Part]
    }

    let people: [Person]

    /// Reads a list with columns person, path and finger, or a folder with a folder for each person. Throws `Refused`.
    init(_ source: String, templates: String?) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: source, isDirectory: &isFolder) else {
            throw Refused("\(source): cannot be read; name a list or a folder of persons' folders")
        }
        people = isFolder.boolValue ? try Self.folders(source) : try Self.list(source, templates)
        guard !people.isEmpty else { throw Refused("\(source): holds no person; add folders with .iso or .iris files") }
    }

    private static func list(_ source: String, _ templates: String?) throws -> [Person] {
        let index = try FingerprintIndex(source, columns: ["path", "person", "finger"])
        let below = templates.map { URL(fileURLWithPath: $0) } ?? index.folder
        var parts: [String: [Part]] = [:]
        var order: [String] = []
        for row in index.rows {
            let (person, finger) = (row.fields["person"] ?? "", row.fields["finger"] ?? "")
            let name = row.path(extension: Self.eye(finger) == nil ? "iso" : "iris")
            let place = "\(source): row \(row.line), field path"
            if parts[person] == nil { order.append(person) }
            parts[person, default: []].append(
                Part(file: below.appendingPathComponent(name), place: place, finger: finger))
        }
        return order.map { Person(identifier: $0, parts: parts[$0] ?? []) }
    }

    private static func folders(_ source: String) throws -> [Person] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: source)) ?? []
        return names.sorted().compactMap { name in
            let folder = URL(fileURLWithPath: source).appendingPathComponent(name)
            let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            let parts = files.sorted().filter { $0.hasSuffix(".iso") || $0.hasSuffix(".iris") }.map { file in
                Part(
                    file: folder.appendingPathComponent(file), place: "\(source)/\(name)/\(file)",
                    finger: (file as NSString).deletingPathExtension)
            }
            return parts.isEmpty ? nil : Person(identifier: name, parts: parts)
        }
    }

    private static func eye(_ finger: String) -> Eye? {
        switch finger.lowercased() {
        case "left", "left-iris": .left
        case "right", "right-iris": .right
        default: nil
        }
    }

    /// A person's templates. Throws `Refused` with the place of what is wrong.
    static func templates(_ person: Person) throws -> PersonTemplates {
        var fingers: [Int: [FingerMinutia]] = [:]
        var irises: [Eye: IrisCode] = [:]
        for part in person.parts {
            guard let data = FileManager.default.contents(atPath: part.file.path) else {
                throw Refused("\(part.place): the record cannot be read; extract it first")
            }
            do {
                if let eye = eye(part.finger) {
                    irises[eye] = try IrisCode(reading: [UInt8](data))
                    continue
                }
                let record = try MinutiaeRecord(reading: [UInt8](data))
                let named = Int(part.finger)
                for view in record.views {
                    // What the list says counts; records of single images often do not know their finger.
                    guard let position = named ?? (view.position > 0 ? Int(view.position) : nil) else {
                        throw Refused("\(part.place): does not say which finger it is; name the file 1.iso to 10.iso")
                    }
                    let minutiae = FingerMinutia.list(view, angleUnits: record.format.angleUnits)
                    if minutiae.count >= fingers[position]?.count ?? 0 { fingers[position] = minutiae }
                }
            } catch let error as BiometricFormatError {
                throw Refused("\(part.place): \(error)")
            } catch let error as IrisError {
                throw Refused("\(part.place): \(error)")
            }
        }
        do { return try PersonTemplates(fingers: fingers, irises: irises) } catch {
            throw Refused("\(person.parts.first?.place ?? "person"): \(error)")
        }
    }
}
