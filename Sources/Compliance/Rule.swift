package import Dispensary
package import Notation

/// How much a rule insists.
package enum Severity: String, Sendable, CaseIterable {
  /// What has not happened yet is refused; what has happened is recorded with the finding.
  case block
  /// Recorded with the finding.
  case warn
  /// Recorded, and something must be done about it.
  case task
}

/// Where a rule comes from: a requirement of the law, or a policy of the house.
package struct Citation: Hashable, Sendable {
  /// The section, such as `21 CFR 1304.11(b)`, or the house policy's number.
  package let source: String

  package static func cfr(_ section: String) -> Citation { Citation(source: "21 CFR \(section)") }
  package static func usc(_ section: String) -> Citation { Citation(source: "21 USC \(section)") }
  /// The privacy rule of HIPAA, which is in title 45.
  package static func hipaa(_ section: String) -> Citation {
    Citation(source: "45 CFR \(section)")
  }
  package static func house(_ policy: String) -> Citation {
    Citation(source: "house policy \(policy)")
  }
}

/// What a rule sees: an event that fits the state, the state before it, and nothing else.
package struct Question: Sendable {
  package let event: any Event
  package let valid: ValidEvent
  package let state: State
  package let recordedAt: Instant
  package let zone: Zone

  package init(
    event: any Event, valid: ValidEvent, state: State, recordedAt: Instant, zone: Zone
  ) {
    self.event = event
    self.valid = valid
    self.state = state
    self.recordedAt = recordedAt
    self.zone = zone
  }

  package var occurredAt: Instant { valid.occurredAt }
  package var by: Person? { state.people[valid.draft.by] }
  package var witnesses: [PersonID] { valid.draft.witnesses }
  /// The day on which it happened, in the site's time zone.
  package var day: CivilDate { zone.day(of: valid.occurredAt) }
  package var today: CivilDate { zone.day(of: recordedAt) }

  package func shown(_ amount: Amount, _ item: Item) -> String {
    state.shown(amount, state.products[item.product])
  }
}

/// What a rule has to say about one event.
package struct Verdict: Hashable, Sendable {
  package let text: String
  package let hint: String?

  package init(_ text: String, hint: String? = nil) {
    self.text = text
    self.hint = hint
  }
}

/// One requirement, as a value: what it asks, where it comes from, what it looks at.
package struct Rule: Sendable {
  /// Stable, such as `waste.witness-required`; it is stamped into entries.
  package let id: String
  package let severity: Severity
  package let citation: Citation
  /// The requirement in one sentence.
  package let title: String
  /// Whether what it finds is a lack of stock rather than a breach.
  package let isAboutStock: Bool
  /// Whether it asks for a second person by the house's own will, so that it only notes what a
  /// one-signer policy covers.
  package let yieldsToOneSigner: Bool
  package let ask: @Sendable (Question) -> [Verdict]

  package init(
    _ id: String, _ severity: Severity, _ citation: Citation, _ title: String,
    isAboutStock: Bool = false, yieldsToOneSigner: Bool = false,
    ask: @escaping @Sendable (Question) -> [Verdict]
  ) {
    self.id = id
    self.severity = severity
    self.citation = citation
    self.title = title
    self.isAboutStock = isAboutStock
    self.yieldsToOneSigner = yieldsToOneSigner
    self.ask = ask
  }
}

/// A rule's verdict about an event.
package struct Finding: Hashable, Sendable {
  package let rule: String
  package let severity: Severity
  package let citation: Citation
  package let text: String
  package let hint: String?
  package let isAboutStock: Bool

  fileprivate init(_ rule: Rule, _ verdict: Verdict) {
    self.rule = rule.id
    severity = rule.severity
    citation = rule.citation
    text = verdict.text
    hint = verdict.hint
    isAboutStock = rule.isAboutStock
  }

  /// What would be a block, and is a note under the one-signer policy of this entry.
  fileprivate init(_ rule: Rule, _ verdict: Verdict, underPolicy entry: Int64) {
    self.rule = rule.id
    severity = .warn
    citation = rule.citation
    text = verdict.text + ", under the one-signer policy of entry \(entry)"
    // Nobody is there whom the remedy could name.
    hint = nil
    isAboutStock = rule.isAboutStock
  }
}

/// All the rules in force, in the order in which they are asked.
package struct RuleBook: Sendable {
  package let rules: [Rule]

  package init(rules: [Rule] = RuleBook.all) { self.rules = rules }

  /// The rules that the program ships with.
  package static let all: [Rule] = [
    Rule.people, Rule.receiving, Rule.deliveries, Rule.waiting, Rule.recalls, Rule.expiries,
    Rule.containers,
    Rule.draws,
    Rule.doses, Rule.wasting, Rule.disposal, Rule.prescriptions,
    Rule.counting, Rule.recordkeeping, Rule.office, Rule.oneSigner, Rule.moves,
  ].flatMap { $0 }

  /// The bytes whose digest is stamped into each entry: id, severity, source and title of each
  /// rule, and whether it yields to a one-signer policy, in order, as canonical JSON.
  package var bytes: [UInt8] {
    let listed = rules.map { rule in
      var members: [String: JSON] = [
        "id": .string(rule.id), "severity": .string(rule.severity.rawValue),
        "source": .string(rule.citation.source), "title": .string(rule.title),
      ]
      if rule.yieldsToOneSigner { members["one_signer"] = .string(Severity.warn.rawValue) }
      return JSON.object(members)
    }
    do { return try CanonicalJSON.bytes(.object(["rules": .array(listed)])) } catch {
      preconditionFailure("the rule book lies outside the canonical profile: \(error)")
    }
  }

  /// Asks every rule.
  package func findings(_ question: Question) -> [Finding] {
    rules.flatMap { rule in
      let verdicts = rule.ask(question)
      guard rule.yieldsToOneSigner, !verdicts.isEmpty else {
        return verdicts.map { Finding(rule, $0) }
      }
      if let policy = question.oneSignerPolicy {
        return verdicts.map { Finding(rule, $0, underPolicy: policy) }
      }
      // Whoever is alone is told of the policy rather than of a witness who is not there.
      let isAlone = question.state.signers(on: question.today).count == 1
      let hint = isAlone ? "`custody policy adopt --one-signer` where nobody else can sign" : nil
      return verdicts.map { Finding(rule, Verdict($0.text, hint: hint ?? $0.hint)) }
    }
  }
}
