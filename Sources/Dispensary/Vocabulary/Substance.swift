/// A schedule of controlled substances, by the code that labels and listings print.
package enum Schedule: String, Hashable, Sendable, CaseIterable, Comparable {
  case one = "CI"
  case two = "CII"
  case three = "CIII"
  case four = "CIV"
  case five = "CV"

  /// `CIII`.
  package var text: String { rawValue }

  /// Reads `CIII`, `C-III` and `III`, in upper case as printed.
  package init(_ text: String) throws(VocabularyError) {
    let numeral = text.hasPrefix("C-") ? text.dropFirst(2) : text.drop { $0 == "C" }
    guard text.prefix(while: { $0 == "C" }).count <= 1, let read = Schedule(rawValue: "C\(numeral)")
    else {
      throw VocabularyError(
        .scheduleUnknown, "\(quoted(text)) is not a schedule",
        hint: "the schedules are `CI`, `CII`, `CIII`, `CIV` and `CV`")
    }
    self = read
  }

  /// The stricter schedule comes first.
  package static func < (left: Schedule, right: Schedule) -> Bool {
    let order = Schedule.allCases
    return order.firstIndex(of: left)! < order.firstIndex(of: right)!
  }
}

/// An active ingredient of a product.
///
/// The name is that of the base without its salt or ester, in lower case: `ketamine` and
/// `hydrochloride`, `testosterone` and `cypionate`.
package struct Substance: Hashable, Sendable {
  package let name: String
  /// The salt or ester, or nil for the base itself.
  package let salt: String?
  /// Nil for a companion that is not controlled, such as naloxone.
  package let schedule: Schedule?
  /// Whether the Controlled Substances Act calls it a narcotic drug (21 USC 802(17)), which
  /// matters for records of treatment and for penalties.
  package let isNarcotic: Bool

  package init(name: String, salt: String?, schedule: Schedule?, isNarcotic: Bool) {
    (self.name, self.salt, self.schedule) = (name, salt, schedule)
    self.isNarcotic = isNarcotic
  }

  /// An ingredient as a listing names it, `KETAMINE HYDROCHLORIDE`, in a product of `schedule`.
  ///
  /// Companions that no schedule names, and only those, get no schedule.
  package init(listed: String, in schedule: Schedule?) {
    var words = asciiLowercased(listed).split(separator: " ").map(String.init)
    let salt = words.count > 1 && Substance.salts.contains(words.last!) ? words.removeLast() : nil
    let name = words.joined(separator: " ")
    self.init(
      name: name, salt: salt, schedule: Substance.companions.contains(name) ? nil : schedule,
      isNarcotic: Substance.narcotics.contains(name))
  }

  /// `ketamine hydrochloride`.
  package var text: String { salt.map { "\(name) \($0)" } ?? name }

  private static let salts: Set<String> = [
    "hydrochloride", "cypionate", "enanthate", "undecanoate", "propionate", "decanoate",
    "phenpropionate", "dihydrate", "phosphate", "bitartrate", "tartrate", "sulfate", "sodium",
  ]
  private static let companions: Set<String> = [
    "naloxone", "acetaminophen", "aspirin", "ibuprofen", "caffeine", "carisoprodol",
    "guaifenesin", "atropine",
  ]
  private static let narcotics: Set<String> = [
    "buprenorphine", "codeine", "dihydrocodeine", "hydrocodone", "ethylmorphine", "morphine",
    "opium",
  ]
}
