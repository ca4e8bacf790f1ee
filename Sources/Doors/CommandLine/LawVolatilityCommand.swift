import ArgumentParser
import Foundation
import Installation
import Quantities
import Rules
import StrictJSON
import SyntheticPopulation

extension LawCommand {
    struct Volatility: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Counts the decisions that flip in a year because declared spending moves from month to month.",
            discussion: """
                Invents households, lets their bills vary by chance each month (log-normal, mean as declared; prices as \
                the law's price levels have them) while nothing else changes, and decides every month: by the plain \
                formula, and by each damping option with the threshold moved so that as many households are covered. \
                Options that average look back as far as they need to.

                EXAMPLES
                  sijill law volatility
                  sijill law volatility --households 5000 --seed 7 --months 12 --spread 0.4
                  sijill law volatility --format json
                """)

        enum Format: String, ExpressibleByArgument { case table, json }

        @OptionGroup var country: CountryOptions
        @Option(help: "How many households.") var households: Int = 1000
        @Option(help: "The seed.") var seed: UInt64 = 1
        @Option(help: "How many months are decided.") var months: Int = 12
        @Option(help: "The standard deviation of a month's amount on the scale of logarithms.") var spread = 0.3
        @Option(help: "The day whose rules apply; the months end here.") var on: String = "2024-11-30"
        @Option(help: "table or json.") var format: Format = .table

        func validate() throws {
            guard households > 0 else { throw ValidationError("--households: give a number from 1") }
            guard (2...60).contains(months) else { throw ValidationError("--months: give a number from 2 to 60") }
            guard (0...3).contains(spread) else { throw ValidationError("--spread: give a number from 0 to 3") }
        }

        func run() async throws {
            let country = try await country.load()
            let date = try civilDate(on, "--on")
            let (law, options) = (country.law, country.law.dampingOptions(on: date))
            guard !options.isEmpty else { throw Refused("the law has no damping options on \(date)") }
            let population = try Demonstration.inventedPopulation(country)
            let programmes = law.dampedProgrammes(on: date)
            var scores: [String: [[FixedPoint]]] = [:]
            var passing = [[Bool]](repeating: [], count: programmes.count)
            let bar = ProgressBar("deciding", total: households)
            for index in 0..<households {
                let invented = population.household(UInt64(index), seed: seed, asOf: date)
                let facts = try law.facts(from: invented.facts)
                let noise = BillNoise(seed: seed, index: UInt64(index), spread: spread)
                for (place, programme) in programmes.enumerated() {
                    passing[place].append(try law.passesWithoutScore(programme, facts))
                }
                for (option, row) in try law.monthlyScores(facts, months: months, varying: noise.factor) {
                    scores[option, default: []].append(row)
                }
                bar.show(index + 1)
            }
            bar.finish()
            var rows: [Row] = []
            for (place, programme) in programmes.enumerated() {
                var plain: VolatilityStudy.Outcome?
                for option in options {
                    let (band, grace) = try law.keeping(option, on: date)
                    let study = VolatilityStudy(
                        scores: zip(scores[option] ?? [], passing[place]).filter(\.1).map(\.0), band: band, grace: grace
                    )
                    let outcome: VolatilityStudy.Outcome
                    if let plain {
                        outcome = study.outcome(covering: plain.covered)
                    } else {
                        let number = try law.parameter("\(programme).threshold", on: date)
                        outcome = study.outcome(threshold: try FixedPoint(rounding: number.value))
                        plain = outcome
                    }
                    rows.append(Row(programme: programme, option: option, outcome: outcome, plain: plain ?? outcome))
                }
            }
            show(rows, law, date)
        }

        private struct Row {
            let programme: String
            let option: String
            let outcome: VolatilityStudy.Outcome
            let plain: VolatilityStudy.Outcome

            /// Of the flips that the plain formula has.
            var share: Double {
                plain.flips == 0 ? 0 : Double(outcome.flips) / Double(plain.flips)
            }
        }

        private func show(_ rows: [Row], _ law: LawBook, _ date: CivilDate) {
            if format == .json {
                let list = rows.map { row -> JSONValue in
                    [
                        "programme": .string(row.programme), "option": .string(row.option),
                        "label": .string(law.dampingLabels(row.option, on: date)["en"] ?? row.option),
                        "threshold": .string(row.outcome.threshold.description),
                        "coverage": .double(row.outcome.coverage), "decisions": .integer(Int64(row.outcome.decisions)),
                        "flips": .integer(Int64(row.outcome.flips)),
                        "householdsWithAFlip": .integer(Int64(row.outcome.households)),
                        "flipsOfPlain": .double(row.share),
                    ]
                }
                let result: JSONValue = [
                    "households": .integer(Int64(households)), "seed": .string("\(seed)"),
                    "months": .integer(Int64(months)), "spread": .double(spread), "on": .string(date.description),
                    "rows": .array(list),
                ]
                Output.line(result.serialized())
            } else {
                Output.line("programme     option         threshold      coverage   flips  households  of plain")
                for row in rows {
                    Output.line(
                        Self.left(row.programme, 14) + Self.left(row.option, 14)
                            + Self.right(row.outcome.threshold.description, 13)
                            + Self.right(Self.percent(row.outcome.coverage, 2), 10)
                            + Self.right("\(row.outcome.flips)", 8) + Self.right("\(row.outcome.households)", 12)
                            + Self.right(Self.percent(row.share, 0), 10))
                }
            }
            Output.flush()
        }

        private static func left(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(1, width - text.count))
        }

        private static func right(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(1, width - text.count)) + text
        }

        private static func percent(_ value: Double, _ decimals: Int) -> String {
            String(format: "%.\(decimals)f %%", value * 100)
        }
    }
}

/// The chance in invented bills: one factor for a household, an amount and a month, with mean 1.
struct BillNoise {
    let seed: UInt64
    let index: UInt64
    let spread: Double

    /// `month` counts backwards from the last one; `amount` is the place of the amount among those that vary.
    func factor(amount: Int, month: Int) -> Double {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 ^ index &* 0xD1B5_4A32_D192_ED03
        state ^= UInt64(amount) &* 0x8CB9_2BA7_2F3D_8DD7 ^ UInt64(month) &* 0xA24B_AED4_963E_E407
        // SplitMix64 (G. Steele, D. Lea, C. Flood, 2014), then Box and Muller's normal variable.
        func unit() -> Double {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return Double((word ^ (word >> 31)) >> 11) * 0x1p-53
        }
        let normal = (-2 * log(1 - unit())).squareRoot() * cos(2 * Double.pi * unit())
        return exp(spread * normal - spread * spread / 2)
    }
}
