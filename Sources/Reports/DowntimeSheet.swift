package import Dispensary
package import Notation

/// A paper sheet for the time without the program: what stood in the open containers, and lines to
/// write on, to be entered afterwards. Eighty columns, for any printer.
package struct DowntimeSheet: Sendable {
  package let state: State
  package let now: Instant
  package let zone: Zone
  package let lines: Int

  package init(state: State, now: Instant, zone: Zone, lines: Int) {
    self.state = state
    self.now = now
    self.zone = zone
    self.lines = lines
  }

  /// Titles of the columns with their widths, 80 with the bars between them.
  private static let columns: [(title: String, width: Int)] = [
    ("time", 5), ("patient", 7), ("drug", 9), ("lot/vial", 9), ("drawn", 5), ("given", 5),
    ("wasted", 6), ("by", 3), ("witness", 7), ("notes", 15),
  ]

  private var wording: Wording { Wording(state: state, zone: zone) }

  package var text: String {
    let site =
      state.registration.map {
        Text.wrapped("\($0.name), DEA \($0.dea.text)", to: 80) + Text.wrapped($0.address, to: 80)
      } ?? []
    let printed = "printed \(zone.shown(now)); the ledger has \(state.size) entries"
    var page = ["DOWNTIME SHEET"] + site + [printed] + wording.oneSigner.lines + [""]
    page += [
      "Downtime from __________ to __________   reason ________________________________", "",
    ]
    page += containers + [""]
    page += [row(Self.columns.map(\.title)), rule("=")]
    for _ in 0..<lines { page += [row(Self.columns.map { _ in "" }), rule("-")] }
    page += ["", "Enter each line afterwards with `--at TIME` and `--source paper`."]
    return Text.document(page)
  }

  private var containers: [String] {
    let open = state.openContainers
    guard !open.isEmpty else { return ["No container is open."] }
    let rows = open.map { container in
      [
        container.id.text, container.position.location.text, container.item.lot,
        wording.quantity(
          state.balance(.stock(container.position), container.item), container.item.product),
        container.beyondUse.map { wording.time($0) } ?? "", wording.drug(container.item.product),
      ]
    }
    return ["Open containers by the book:"]
      + TextTable(
        ["vial", "place", "lot", ">left", "use before", "drug"], rows: rows, width: 80, indent: 2
      ).lines
  }

  private func row(_ cells: [String]) -> String {
    zip(cells, Self.columns).map { cell, column in
      cell + String(repeating: " ", count: column.width - cell.count)
    }.joined(separator: "|")
  }

  private func rule(_ character: Character) -> String {
    Self.columns.map { String(repeating: character, count: $0.width) }.joined(separator: "+")
  }

  package var json: JSON {
    var members: [String: JSON] = [
      "schema": "custody/downtime-sheet/1", "now": .string(now.text), "size": .integer(state.size),
      "site": state.registration.map { .string($0.name) } ?? .null,
      "columns": .array(Self.columns.map { .string($0.title) }), "lines": .integer(Int64(lines)),
      "containers": .array(
        state.openContainers.map { container in
          [
            "container": .string(container.id.text), "lot": .string(container.item.lot),
            "location": .string(container.position.location.text),
            "product": .string(container.item.product.text),
            "book": wording.json(
              state.balance(.stock(container.position), container.item), container.item.product),
          ]
        }),
    ]
    members["one_signer"] = wording.oneSigner.json
    return .object(members)
  }
}
