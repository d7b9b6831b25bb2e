package import Compliance
package import Dispensary
package import Notation

/// What the corridor needs from the world: time, chance, place, and the rules in force.
///
/// The desk passes the real ones, tests pass their own.
package struct Surroundings: Sendable {
  /// The wall clock.
  package var now: @Sendable () -> Instant
  /// Random bytes, for salts and identifiers.
  package var chance: @Sendable (Int) -> [UInt8]
  package var zone: Zone
  package var rules: RuleBook

  package init(
    now: @escaping @Sendable () -> Instant, chance: @escaping @Sendable (Int) -> [UInt8],
    zone: Zone = .utc, rules: RuleBook = RuleBook()
  ) {
    self.now = now
    self.chance = chance
    self.zone = zone
    self.rules = rules
  }
}
