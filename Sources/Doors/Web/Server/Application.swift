public import Hummingbird
public import Installation
import NIOCore

/// The web door over an installation: pages and JSON interface on one port.
///
/// `onRunning` is told the port once the server listens. Throws `TextError` when a language's catalogue cannot be used,
/// or `TemplateError`.
public func buildApplication(
    installation: Installation, configuration: WebConfiguration, state: ServerState = ServerState(),
    onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
) throws -> some ApplicationProtocol {
    let door = try WebDoor(installation: installation, configuration: configuration, state: state)
    return Application(
        router: buildRouter(door),
        server: .http1(configuration: .init(idleTimeout: .seconds(60))),
        configuration: ApplicationConfiguration(
            address: .hostname(configuration.host, port: configuration.port), serverName: nil),
        onServerRunning: { channel in
            if let port = channel.localAddress?.port { await onRunning(port) }
        },
        logger: configuration.logger)
}

/// The map of the door: who may go where is said by `Policy`, what happens there by the handler named.
func buildRouter(_ door: WebDoor) -> Router<WebContext> {
    let router = Router(context: WebContext.self)
    router.addMiddleware {
        RequestLog()
        RequestCounting(door: door)
        SecurityHeaders(door: door)
        LanguageChoice(door: door)
        ErrorAnswers(door: door)
        SoundRequests()
        Sessions(door: door)
    }

    // Whoever watches over the server
    router.get(.health, door.health)
    router.get(.ready, door.ready)
    router.get(.metrics, door.metrics)

    // Anybody
    router.get(.home, door.home)
    router.get(.language, door.chooseLanguage)
    router.get(.style, door.style)
    router.get(.icon, door.icon)
    router.get(.status, door.askStatus)
    router.post(.status, door.showStatus)
    router.get(.log, door.showLog)
    router.get(.outbox, door.showOutbox)
    router.post(.signOut, door.signOut)

    // Staff
    router.get(.staffSignIn, door.askStaffSignIn)
    router.post(.staffSignIn, door.staffSignIn)
    router.get(.staff, door.staffHome)
    router.get(.newApplication, door.askApplication)
    router.post(.newApplication, door.enterApplication)
    router.get(.applicationReceipt, door.applicationReceipt)
    router.get(.correctApplication, door.askCorrection)
    router.post(.correctApplication, door.correctApplication)
    router.get(.fingers, door.askFingers)
    router.post(.fingers, door.takeFingers)
    router.get(.verification, door.askVerification)
    router.post(.verification, door.verifyFinger)
    router.get(.newHousehold, door.askHousehold)
    router.post(.newHousehold, door.declareHousehold)
    router.get(.review, door.reviewQueue)
    router.get(.reviewApplication, door.reviewApplication)
    router.post(.reviewApplication, door.decideApplication)
    router.get(.reviewDuplicates, door.compareDuplicates)
    router.post(.reviewDuplicates, door.decideDuplicate)
    router.get(.reviewPrints, door.comparePrints)
    router.post(.reviewPrints, door.decidePrints)
    router.get(.joining, door.askJoining)
    router.post(.joining, door.join)

    // Residents
    router.get(.residentSignIn, door.askResidentSignIn)
    router.post(.residentSignIn, door.sendResidentCode)
    router.get(.residentCode, door.askResidentCode)
    router.post(.residentCode, door.residentSignIn)
    router.get(.resident, door.residentHome)

    // The same in JSON
    router.post(.apiStaffSessions, door.apiOpenStaffSession)
    router.delete(.apiStaffSessions, door.apiCloseSession)
    router.post(.apiApplications, door.apiApply)
    router.get(.apiApplications, door.apiQueue)
    router.get(.apiApplication, door.apiReadApplication)
    router.post(.apiDecision, door.apiDecide)
    router.get(.apiDuplicates, door.apiDuplicates)
    router.post(.apiDuplicateDecision, door.apiDecideDuplicate)
    router.post(.apiCorrection, door.apiCorrect)
    router.post(.apiSubmission, door.apiSubmit)
    router.post(.apiWithdrawal, door.apiWithdraw)
    router.get(.apiFingers, door.apiReadFingers)
    router.post(.apiFingers, door.apiTakeFinger)
    router.post(.apiPrintSearch, door.apiSearchPrints)
    router.get(.apiIdentityCases, door.apiIdentityCases)
    router.post(.apiIdentityDecision, door.apiDecideIdentity)
    router.post(.apiUnmerge, door.apiUnmerge)
    router.post(.apiMerges, door.apiMerge)
    router.post(.apiVerifications, door.apiVerifyFinger)
    router.post(.apiNumberCheck, door.apiCheckNumber)
    router.post(.apiHouseholds, door.apiDeclareHousehold)
    router.post(.apiHouseholdReading, door.apiReadHousehold)
    router.post(.apiResidentCodes, door.apiSendCode)
    router.post(.apiResidentSessions, door.apiOpenResidentSession)
    router.get(.apiResidentRecord, door.apiReadRecord)
    router.get(.apiCheckpoint, door.apiCheckpoint)
    router.get(.apiProof, door.apiProof)
    router.get(.apiConsistency, door.apiConsistency)
    router.get(.apiOutbox, door.apiOutbox)
    router.get(.apiHealth, door.health)
    router.get(.apiReady, door.ready)
    return router
}
