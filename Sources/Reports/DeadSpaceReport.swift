package import Dispensary
package import Notation

/// How much overfill and dead space each person books of each product.
///
/// Neither is a tolerance: both explain a difference between book and glass, so that whoever books
/// more of them than the others must be seen.
package struct DeadSpaceReport: Sendable {
  /// The draws of one product by one person.
  package struct Line: Hashable, Sendable {
    package let person: PersonID
    package let product: ProductID
    package internal(set) var draws: Int64 = 0
    package internal(set) var overfill = Amount.zero
    /// How many draws took overfill.
    package internal(set) var overfilled: Int64 = 0
    package internal(set) var deadSpace = Amount.zero
    /// How many draws left something in the device.
    package internal(set) var deadSpaced: Int64 = 0
    /// What was left in containers that this person closed as empty.
    package internal(set) var emptied = Amount.zero
  }

  package let lines: [Line]
  package let state: State
  package let zone: Zone

  /// - Parameters:
  ///   - from: the first moment of the period by when it happened; `nil` for the beginning.
  ///   - to: the last moment; `nil` for the end.
  package init(_ state: State, zone: Zone, from: Instant? = nil, to: Instant? = nil) {
    self.state = state
    self.zone = zone
    var lines: [[String]: Line] = [:]
    for entry in state.journal
    where entry.correctedBy == nil && [Draw.type, ContainerEmptied.type].contains(entry.type) {
      guard from.map({ entry.occurredAt >= $0 }) ?? true,
        to.map({ entry.occurredAt <= $0 }) ?? true, let by = entry.by,
        let item = entry.postings.first?.bucket.item
      else { continue }
      let key = [by.text, item.product.text]
      var line = lines[key] ?? Line(person: by, product: item.product)
      line.add(entry)
      lines[key] = line
    }
    self.lines = lines.values.filter { !$0.isQuiet }
      .sorted { ($0.product, $0.person) < ($1.product, $1.person) }
  }

  private var wording: Wording { Wording(state: state, zone: zone) }

  package var text: String {
    guard !lines.isEmpty else {
      return Text.document(["no overfill and no dead space"] + wording.oneSigner.foot)
    }
    let titles = [
      "product", "who", ">draws", ">overfill", ">times", ">a draw", ">dead space", ">times",
      ">a draw", ">at the end",
    ]
    let rows = lines.map { line in
      [
        "\(wording.drug(line.product)) (\(line.product.text))", wording.handle(line.person),
        String(line.draws), shown(line.overfill, line), String(line.overfilled),
        shown(line.mean(line.overfill), line), shown(line.deadSpace, line),
        String(line.deadSpaced), shown(line.mean(line.deadSpace), line),
        shown(line.emptied, line),
      ]
    }
    return Text.document(TextTable(titles, rows: rows, width: 120).lines + wording.oneSigner.foot)
  }

  private func shown(_ amount: Amount, _ line: Line) -> String {
    wording.quantity(amount, line.product)
  }

  package var json: JSON {
    let rows = lines.map { line -> JSON in
      [
        "product": .string(line.product.text), "person": .string(wording.handle(line.person)),
        "draws": .integer(line.draws), "overfill": wording.json(line.overfill, line.product),
        "overfill_draws": .integer(line.overfilled),
        "dead_space": wording.json(line.deadSpace, line.product),
        "dead_space_draws": .integer(line.deadSpaced),
        "emptied": wording.json(line.emptied, line.product),
      ]
    }
    var members: [String: JSON] = ["schema": "custody/dead-space/1", "lines": .array(rows)]
    members["one_signer"] = wording.oneSigner.json
    return .object(members)
  }
}

extension DeadSpaceReport.Line {
  var isQuiet: Bool { overfill.isZero && deadSpace.isZero && emptied.isZero }

  /// The mean of a sum over all draws, to a thousandth, halves up.
  func mean(_ sum: Amount) -> Amount {
    draws == 0 ? .zero : Amount(thousandths: (2 * sum.thousandths + draws) / (2 * draws))
  }

  mutating func add(_ entry: JournalEntry) {
    let lost = entry.postings.filter { $0.bucket.account == .deadSpace }.map(\.amount).sum
    guard entry.type == Draw.type else {
      emptied += lost
      return
    }
    let over = -entry.postings.filter { $0.bucket.account == .overfill }.map(\.amount).sum
    draws += 1
    overfill += over
    overfilled += over.isZero ? 0 : 1
    deadSpace += lost
    deadSpaced += lost.isZero ? 0 : 1
  }
}
