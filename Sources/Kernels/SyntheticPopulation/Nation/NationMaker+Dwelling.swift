import RealModule

extension NationMaker {
    /// Dwelling, amenities and what is owned.
    func dwell(_ offset: Int, _ first: Int, _ batch: NationBatch) {
        func put(_ column: HouseholdColumn, _ value: Int32) { batch.column(column)[offset] = value }
        func put(_ column: HouseholdColumn, _ trait: NationTables.Trait) { put(column, has(trait) ? 1 : 0) }
        put(.region, tables.region[row])
        put(.milieu, Int32(milieu))
        put(.commune, tables.communeDigits[row])
        put(.declaredOn, calendar.packedDate)
        let kinds = tables.dwellingKinds.count
        put(.dwelling, choices.dwelling[milieu &* kinds &+ dwellingKind(kinds)].value(at: draws.unit()))
        put(.rooms, rooms())
        put(.bathroom, .bathroom)
        put(.electricity, .electricity)
        put(.runningWater, .runningWater)
        put(.cookingGas, .cookingGas)
        put(.owner, .owner)
        put(.meter, has(.meter) && has(.electricity) ? 1 : 0)
        put(.garage, .garage)
        put(.computers, has(.computers) ? (level > 1.2 ? 2 : 1) : 0)
        put(.satelliteDish, .satelliteDish)
        put(.fixedTelephone, .fixedTelephone)
        put(.cars, has(.cars) ? (level > 1.6 ? 2 : 1) : 0)
        put(.motorcycles, .motorcycles)
        put(.secondHome, .secondHome)
        put(.businessPremises, .businessPremises)
        put(.nonAgriculturalLand, .nonAgriculturalLand)
        put(.irrigatedLand, .irrigatedLand)
        put(.cattle, has(.cattle) ? 1 + choices.cattle[milieu].value(at: draws.unit()) : 0)
        put(.loan, .loan)
        let owns = choices.parameter(.mobilePhones, milieu)
        var phones: Int32 = 0
        for member in 0..<size where age[member] >= 15 && draws.chance(owns) { phones &+= 1 }
        put(.mobilePhones, phones)
    }

    /// A place in the kinds of dwellings, poorest first.
    @inline(__always)
    private func dwellingKind(_ kinds: Int) -> Int {
        let latent = latent(0.45)
        let base = row &* (kinds &- 1)
        let debts = owed + NationState.Layout.dwelling
        var kind = 0
        for step in 0..<(kinds &- 1) {
            let debt = debts[step] + tables.dwellingShare[base &+ step]
            let passes = kind == step && latent > tables.dwellingBound[base &+ step] - Diffusion.household * debts[step]
            if passes { kind = step &+ 1 }
            debts[step] = min(Diffusion.most, max(-Diffusion.most, passes ? debt - 1 : debt))
        }
        return kind
    }

    /// Rooms follow the household's size only in part: large families live closer.
    @inline(__always)
    private func rooms() -> Int32 {
        let perRoom = tables.personsPerRoom[row]
        let debt = owed + NationState.Layout.rooms
        debt.pointee += Float(size) / perRoom
        let mean = tables.meanSize[row]
        let usual = mean / perRoom * (Float(size) / mean).squareRoot()
        let wanted = usual * Float.exp(0.12 * level + 0.3 * draws.normal()) + 0.2 * (debt.pointee - usual)
        let rooms = max(1, min(15, wanted.rounded()))
        debt.pointee = min(Diffusion.most, max(-Diffusion.most, debt.pointee - rooms))
        return Int32(rooms)
    }

    /// What is spent: by the person, and what of it the declaration asks for.
    func spend(_ offset: Int, _ first: Int, _ batch: NationBatch) {
        let spending = tables.consumption.spending(
            row: row, level: level, sizeAboveMean: Float(size) - tables.meanSize[row])
        batch.column(.spendingPerPerson)[offset] = Int32(min(2_000_000_000, spending * 100))
        let monthly = spending * Float(size) * (100.0 / 12)
        let supplied = has(.electricity) || has(.runningWater)
        let noise = choices.billNoise[milieu]
        let bill = monthly * choices.parameter(.waterElectricityShare, milieu) * noise[draws.twelveBits()]
        for column in [HouseholdColumn.bill0, .bill1, .bill2] {
            let month = min(5e8, bill * choices.monthNoise[draws.twelveBits()])
            batch.column(column)[offset] = supplied ? Int32(month.rounded()) : 0
        }
        let bottles = choices.bottles[milieu &* SyntheticNation.mostMembers &+ size &- 1].value(at: draws.unit())
        let price = choices.parameter(.butaneBottlePrice, milieu) * 100
        batch.column(.butane)[offset] = has(.cookingGas) ? Int32(Float(bottles) * price) : 0
        let calls = monthly * choices.parameter(.telecomShare, milieu) * noise[draws.twelveBits()]
        let phones = batch.column(.mobilePhones)[offset] > 0 || has(.fixedTelephone)
        batch.column(.telecom)[offset] = phones ? Int32(min(1e9, calls).rounded()) : 0
    }
}
