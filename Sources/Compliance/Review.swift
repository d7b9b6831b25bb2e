package import Dispensary
package import Notation

/// An event that the rules let pass, with what they had to say.
///
/// Only ``RuleBook/clear(_:state:recordedAt:zone:)`` makes one.
package struct ClearedEvent: Sendable {
  package let valid: ValidEvent
  package let findings: [Finding]
  /// The people who witness: nobody witnesses their own act, so that one is left out.
  package let witnesses: [PersonID]

  /// The ids of the rules that found something, each once, in order.
  package var hits: [String] {
    var seen: Set<String> = []
    return findings.map(\.rule).filter { seen.insert($0).inserted }.sorted()
  }
}

/// What has not happened yet, and should not.
package struct RulesRefused: Error, Sendable {
  /// Only the findings that block.
  package let findings: [Finding]
  /// Whether the act may be recorded all the same with `--already-happened`.
  package let isPhysical: Bool

  /// Whether the only thing wrong is that there is not enough.
  package var isAboutStock: Bool { findings.allSatisfy(\.isAboutStock) }
}

extension RuleBook {
  /// Reviews an event, and refuses it when a rule blocks and it has not already happened.
  ///
  /// Facts are never refused: a physical act recorded as already happened passes with its findings.
  package func clear(
    _ valid: ValidEvent, state: State, recordedAt: Instant, zone: Zone
  ) throws(RulesRefused) -> ClearedEvent {
    let question = Question(
      event: valid.event, valid: valid, state: state, recordedAt: recordedAt, zone: zone)
    let findings = self.findings(question)
    let blocks = findings.filter { $0.severity == .block }
    let isPhysical = type(of: valid.event).isPhysical
    let isFact = isPhysical && valid.notes.alreadyHappened
    if !blocks.isEmpty && !isFact {
      throw RulesRefused(findings: blocks, isPhysical: isPhysical)
    }
    return ClearedEvent(
      valid: valid, findings: findings,
      witnesses: valid.draft.witnesses.filter { $0 != valid.draft.by })
  }
}
