import Agency
import Hummingbird
import Installation
import Mustache
import RecordStore

/// What the frame around every page shows.
struct PageFrame: Sendable {
    struct LanguageLink: Sendable {
        let code: String
        let name: String
        let direction: String
        let address: String
        let isCurrent: Bool
    }

    struct Link: Sendable {
        let address: String
        let label: String
    }

    let language: String
    let direction: String
    let title: String
    let isDemonstration: Bool
    let isSignedIn: Bool
    let home: String
    let style: String
    let icon: String
    let signOut: String
    let log: String
    let outbox: String
    let formToken: String
    /// New for each page that is shown: a form of it that is sent twice is recognised.
    let requestKey: String
    let languages: [LanguageLink]
    /// The form whose answers a change of language must not lose.
    let formToKeep: String?
    let navigation: [Link]
}

/// A page's model, its frame and the texts of its language, as templates see them: `page`, `frame`, `t`.
struct PageContext: Sendable, MustacheParent {
    let frame: PageFrame
    let page: any Sendable
    let texts: TextBranch

    func child(named name: String) -> Any? {
        switch name {
        case "frame": frame
        case "page": page
        case "t": texts
        default: nil
        }
    }
}

/// The texts below one key: `t.home.title` is looked up step by step.
struct TextBranch: Sendable, MustacheParent {
    let catalogue: TextCatalogue
    let prefix: String

    func child(named name: String) -> Any? {
        let key = prefix.isEmpty ? name : "\(prefix).\(name)"
        return catalogue.texts[key] ?? TextBranch(catalogue: catalogue, prefix: key)
    }
}

extension WebDoor {
    /// A page in the caller's language.
    func page(
        _ name: Templates.Name, _ model: some Sendable, _ context: WebContext, title: String,
        status: HTTPResponse.Status = .ok, returnTo: Route = .home, formToKeep: String? = nil
    ) -> Response {
        let texts = text(context.language)
        let frame = PageFrame(
            language: texts.language, direction: texts.direction, title: texts.text(title),
            isDemonstration: installation.isDemonstration, isSignedIn: context.visitor != .anonymous,
            home: Route.home.path(), style: Route.style.path(), icon: Route.icon.path(), signOut: Route.signOut.path(),
            log: Route.log.path(), outbox: Route.outbox.path(), formToken: FormToken.make(secret: formSecret(context)),
            requestKey: installation.surroundings.newIdentifier(),
            languages: languageLinks(context, returnTo), formToKeep: formToKeep, navigation: navigation(context, texts))
        let html = templates.render(
            name, PageContext(frame: frame, page: model, texts: TextBranch(catalogue: texts, prefix: "")))
        return .html(html, status: status, language: texts.language)
    }

    private func languageLinks(_ context: WebContext, _ returnTo: Route) -> [PageFrame.LanguageLink] {
        installation.jurisdiction.languages.map { code in
            PageFrame.LanguageLink(
                code: code, name: text(code).text("language.name"), direction: text(code).direction,
                address: "\(Route.language.path(code))?to=\(PercentEncoding.encode(returnTo.rawValue))",
                isCurrent: code == context.language)
        }
    }

    private func navigation(_ context: WebContext, _ texts: TextCatalogue) -> [PageFrame.Link] {
        var routes: [(Route, String)] = []
        switch context.visitor {
        case .anonymous: break
        case .resident: routes = [(.resident, "navigation.resident")]
        case .staff:
            routes = [(.staff, "navigation.staff")]
            if context.visitor.has(.agent) {
                routes += [(.newApplication, "navigation.newApplication"), (.newHousehold, "navigation.newHousehold")]
            }
            if context.visitor.has(.reviewer) {
                routes += [(.review, "navigation.review"), (.joining, "navigation.joining")]
            }
            routes.append((.verification, "navigation.verification"))
        }
        return routes.map { PageFrame.Link(address: $0.0.path(), label: texts.text($0.1)) }
    }
}
