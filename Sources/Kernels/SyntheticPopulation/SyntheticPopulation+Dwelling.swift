import Quantities
import RealModule
import StrictJSON

extension SyntheticPopulation {
    /// The household's facts: what is owned and spent is drawn here, the rest taken from the draft.
    func facts(of draft: HouseholdDraft) -> JSONValue {
        var stream = draft.stream(.dwelling)
        let electrified = stream.tilted(census.share("electricity", draft.row), by: draft.level)
        let dwelling = dwelling(draft, electrified: electrified, &stream)
        let assets = assets(draft, &stream)
        let loan = stream.tilted(parameter("loan", draft), by: draft.level, correlation: 0.3)
        let spending = spending(draft, electrified: electrified, assets: assets, &stream)
        var facts = JSONObject()
        facts.add("householdRef", reference(draft))
        facts.add("asOf", draft.asOf.description)
        facts.add("region", String(census.communes[draft.row].prefix(2)))
        facts.add("commune", census.communes[draft.row])
        facts.add("milieu", draft.milieu == 0 ? "urban" : "rural")
        facts.add("familyNuclei", draft.familyNuclei)
        facts.add("dwelling", dwelling)
        facts.add("assets", assets)
        facts.add("loan", loan)
        facts.add("spending", spending)
        facts.add("members", draft.members.enumerated().map { .object($1.facts(ref: "M\($0 + 1)")) })
        return .object(facts)
    }

    private func reference(_ draft: HouseholdDraft) -> String {
        let digits = String(draft.index)
        return "D\(draft.seed)-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    }

    private func dwelling(_ draft: HouseholdDraft, electrified: Bool, _ stream: inout RandomStream) -> JSONObject {
        let weights = tables.dwellings.map { kind -> Double in
            let lift = tables.weights["dwellingLift \(kind)"]?[draft.milieu].weights.first ?? 0
            return census.value(kind, draft.row) * Double.exp(lift * draft.level - lift * lift / 2)
        }
        let kind = tables.dwellings[stream.index(weights)]
        let perRoom = max(0.4, census.value("people_per_room", draft.row))
        let mean = census.value("size", draft.row) / perRoom
        // Rooms follow the household's size only in part: large families live closer.
        let crowding = Double.sqrt(Double(draft.members.count) / census.value("size", draft.row))
        let rooms = mean * crowding * stream.noise(0.3) * Double.exp(0.12 * draft.level)
        let meter = electrified && stream.tilted(parameter("ownMeter", draft), by: draft.level)
        var dwelling = JSONObject()
        dwelling.add("type", draw("dwelling", kind, draft, &stream) ?? "other")
        dwelling.add("rooms", Int(max(1, min(15, rooms.rounded()))))
        dwelling.add("bathOrShower", stream.tilted(census.share("bathroom", draft.row), by: draft.level))
        dwelling.add("ownElectricityMeter", meter)
        dwelling.add("garage", stream.tilted(parameter("garage", draft), by: draft.level))
        return dwelling
    }

    private func assets(_ draft: HouseholdDraft, _ stream: inout RandomStream) -> JSONObject {
        func owns(_ key: String, _ correlation: Double = 0.45) -> Bool {
            stream.tilted(parameter(key, draft), by: draft.level, correlation: correlation)
        }
        let computers = owns("computers", 0.6) ? (draft.level > 1.2 ? 2 : 1) : 0
        let phones = draft.members.filter { $0.age >= 15 && owns("mobilePhones", 0.2) }.count
        let cars = owns("cars", 0.6) ? (draft.level > 1.6 ? 2 : 1) : 0
        let rides = census.share("commute_motorcycle", draft.row)
        let motorcycle = stream.tilted(
            min(0.9, parameter("motorcycles", draft) + rides), by: draft.level, correlation: 0.1)
        let cattle = owns("cattleOwners", 0.2) ? 1 + stream.poisson(parameter("cattleMean", draft) - 1) : 0
        var assets = JSONObject()
        assets.add("computers", computers)
        assets.add("satelliteDish", owns("satelliteDish"))
        assets.add("fixedTelephone", owns("fixedTelephone"))
        assets.add("mobilePhones", phones)
        assets.add("cars", cars)
        assets.add("motorcycles", motorcycle ? 1 : 0)
        for key in ["secondHome", "businessPremises", "nonAgriculturalLand", "irrigatedLand"] {
            assets.add(key, owns(key, 0.35))
        }
        assets.add("cattle", cattle)
        return assets
    }

    private func spending(
        _ draft: HouseholdDraft, electrified: Bool, assets: JSONObject, _ stream: inout RandomStream
    ) -> JSONObject {
        let centimesMonthly = spendingPerPerson(draft) * Double(draft.members.count) * 100 / 12
        let spread = parameter("billSpread", draft)
        let water = stream.tilted(census.share("running_water", draft.row), by: draft.level)
        let bill = centimesMonthly * parameter("waterElectricityShare", draft) * stream.noise(spread)
        let bills = (0..<3).map { _ -> Int64 in
            electrified || water ? Int64((bill * stream.noise(0.1)).rounded()) : 0
        }
        let gas = stream.tilted(census.share("cooking_gas", draft.row), by: draft.level)
        let bottles = gas ? stream.poisson(parameter("butaneBottles", draft) * Double(draft.members.count) / 4) : 0
        let butane = Int64((Double(bottles) * parameter("butaneBottlePrice", draft) * 100).rounded())
        let phones = (assets["mobilePhones"]?.integer ?? 0) > 0 || assets["fixedTelephone"]?.bool == true
        let telecom = centimesMonthly * parameter("telecomShare", draft) * stream.noise(spread)
        var spending = JSONObject()
        spending.add("waterElectricityMonthly", bills.map { .integer($0) })
        spending.add("butaneMonthly", butane)
        spending.add("telecomMonthly", phones ? Int64(telecom.rounded()) : 0)
        return spending
    }
}

extension MemberDraft {
    func facts(ref: String) -> JSONObject {
        var facts = JSONObject()
        facts.add("ref", ref)
        facts.add("relationship", relationship.rawValue)
        facts.add("sex", sex)
        facts.add("birthDate", birthDate.description)
        facts.add("school", school)
        facts.add("educationLevel", educationLevel)
        facts.add("literate", literate)
        facts.add("diploma", diploma)
        facts.add("activity", activity)
        facts.add("occupation", orNull: occupation)
        facts.add("employmentStatus", orNull: employmentStatus)
        facts.add("regularIncome", regularIncome)
        facts.add("healthCover", healthCover)
        facts.add("publicPay", publicPay)
        facts.add("pension", pension)
        facts.add("familyAllowance", familyAllowance)
        facts.add("fatherDeceased", fatherDeceased)
        facts.add("severeDisability", severeDisability)
        return facts
    }
}
