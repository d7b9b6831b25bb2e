package import Dispensary
package import Notation

/// Papers of what left otherwise than to a patient: manifests, destructions, losses, distributions.
///
/// They name the site, the other side and the people who signed, as the entries do; nothing here
/// comes from the vault.
package struct DisposalReport: Sendable {
  package let state: State
  package let now: Instant
  package let zone: Zone

  package init(state: State, now: Instant, zone: Zone) {
    self.state = state
    self.now = now
    self.zone = zone
  }

  private var wording: Wording { Wording(state: state, zone: zone) }

  // MARK: Lists

  /// Each shipment, where it went, and how long what nobody acknowledged has been under way.
  package var shipments: (titles: [String], rows: [[String]]) {
    let rows = state.recorded(Shipment.self).map { seq, event in
      let left = state.inTransit(event.id)
      let open = left.map {
        "\(wording.quantity($0.amount, $0.item.product)) of lot \($0.item.lot)"
      }
      return [
        event.id.text, event.supplier.text, event.to.rawValue, event.reason.rawValue,
        wording.time(at(seq)), event.tracking ?? "",
        open.isEmpty ? "settled" : "in transit: " + open.joined(separator: ", "), "\(seq)",
      ]
    }
    return (
      ["shipment", "recipient", "kind", "reason", "shipped", "tracking", "state", "entry"], rows
    )
  }

  /// Each loss with the facts of its clocks.
  package var losses: (titles: [String], rows: [[String]]) {
    let rows = state.recorded(Loss.self).map { seq, event in
      [
        "\(seq)", event.kind.rawValue, wording.quantity(event.quantity, event.item.product),
        wording.item(event.item), wording.time(event.discovered), wording.time(at(seq)),
        event.custodian.map { wording.handle($0) } ?? "", wording.account(event.from),
      ]
    }
    return (
      ["entry", "kind", "quantity", "what", "discovered", "reported", "custodian", "from"], rows
    )
  }

  /// The lines of DEA Form 41, section B.1, with section C and who signed.
  package var destructions: (titles: [String], rows: [[String]]) {
    let rows = state.recorded(Destruction.self).flatMap { seq, event in
      event.lines.map { line in
        [
          "\(seq)", wording.time(at(seq)), code(line), wording.drug(line.item.product),
          state.products[line.item.product]?.form?.lowercased() ?? "", line.item.lot,
          contents(line), wording.quantity(line.quantity, line.item.product),
          wording.mass(line.quantity, line.item.product), event.method, event.place.text,
          signers(seq),
        ]
      }
    }
    return (
      [
        "entry", "destroyed", "NDC", "drug", "form", "lot", "containers", "quantity", "mass",
        "method", "place", "signed by",
      ], rows
    )
  }

  package var batches: (titles: [String], rows: [[String]]) {
    let finished = state.recorded(CompoundingFinished.self)
    let rows = state.recorded(CompoundingStarted.self).map { seq, event in
      let end = finished.first { $0.event.id == event.id }?.event.yield
      return [
        event.id.text, wording.drug(event.product), event.formula, wording.time(at(seq)),
        end.map { wording.quantity($0.amount, event.product) } ?? "being made",
        end?.item.lot ?? "", end?.expires?.text ?? "", "\(seq)",
      ]
    }
    return (["batch", "product", "formula", "begun", "yield", "lot", "expires", "entry"], rows)
  }

  // MARK: The manifest

  /// What goes with a shipment (21 CFR 1317.10, 1304.22): both sides with their registrations, each
  /// lot, and lines to sign on. `nil` for a shipment that was never sent.
  package func manifest(of id: ShipmentID) -> String? {
    guard let (seq, event) = state.shipment(id) else { return nil }
    let rows = event.lines.map { line in
      [
        code(line), wording.drug(line.item.product),
        state.products[line.item.product]?.form?.lowercased() ?? "", line.item.lot,
        contents(line), wording.quantity(line.quantity, line.item.product),
        wording.mass(line.quantity, line.item.product),
      ]
    }
    let table = TextTable(
      ["NDC", "drug", "form", "lot", "containers", ">quantity", ">mass"], rows: rows, width: 120)
    return Text.document(head(seq, event) + table.lines + foot(seq))
  }

  private func head(_ seq: Int64, _ event: Shipment) -> [String] {
    var lines = ["MANIFEST \(event.id.text)", ""]
    if let site = state.registration {
      lines.append("from  \(site.name), \(site.address), DEA \(site.dea.text)")
    }
    if let to = state.suppliers[event.supplier] {
      lines.append("to    \(to.name), \(to.address), DEA \(to.dea.text)")
    }
    let purpose = event.to == .supplier ? "returned" : "to be destroyed"
    lines.append("      \(purpose), \(event.reason.rawValue)")
    lines.append("shipped \(wording.time(at(seq))), \(zone.name)")
    if let tracking = event.tracking { lines.append("tracking \(tracking)") }
    return lines + [""]
  }

  private func foot(_ seq: Int64) -> [String] {
    let line = String(repeating: "_", count: 36)
    let short = String(repeating: "_", count: 20)
    return wording.oneSigner.foot
      + ["", "loaded by \(signers(seq)), entry \(seq)", ""]
      + ["received by  \(line)  date \(short)"]
  }

  // MARK: Words

  private func at(_ seq: Int64) -> Instant { state.journal[Int(seq)].occurredAt }

  private func signers(_ seq: Int64) -> String {
    let entry = state.journal[Int(seq)]
    let people = ([entry.by].compactMap { $0 } + entry.witnesses).map { id in
      state.people[id]?.name ?? id.text
    }
    return people.joined(separator: " and ")
  }

  /// The package's code where the product has one package, otherwise the product's.
  private func code(_ line: OutgoingLine) -> String {
    if case .kit(let ndc) = line.position.holding { return ndc }
    let codes = state.products[line.item.product]?.packages.compactMap { $0.ndc?.text } ?? []
    return codes.count == 1 ? codes[0] : line.item.product.text
  }

  /// `3 full`, or `partial`: what DEA Form 41 asks of each line.
  private func contents(_ line: OutgoingLine) -> String {
    switch line.position.holding {
    case .container, .loose: return "partial"
    case .sealed, .kit: break
    }
    let sizes = state.products[line.item.product]?.packages.map(\.container.amount) ?? []
    guard let size = sizes.first, size.isPositive, sizes.allSatisfy({ $0 == size }) else {
      return "full"
    }
    let full = line.quantity.thousandths / size.thousandths
    guard line.quantity.thousandths.isMultiple(of: size.thousandths) else {
      return full == 0 ? "partial" : "\(full) full, 1 partial"
    }
    return "\(full) full"
  }
}
