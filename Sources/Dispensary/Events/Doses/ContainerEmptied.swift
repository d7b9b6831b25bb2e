import Notation

/// An opened container is finished. What the book still holds is explained or stands in a case.
package struct ContainerEmptied: Event {
  package static let type = "container.empty"
  package static let isPhysical = true
  package static let isReversible = true

  package var id: ContainerID
  package var item: Item
  package var from: Position
  /// What stayed in needle hubs and syringes.
  package var deadSpace: Amount
  /// What the readings, each inside the site's policy, sum up to.
  package var measurement: Amount
  /// What nobody can explain, and the case it stands in.
  package var missing: Amount
  package var caseID: CaseID?

  package init(
    id: ContainerID, item: Item, from: Position, deadSpace: Amount = .zero,
    measurement: Amount = .zero, missing: Amount = .zero, caseID: CaseID? = nil
  ) {
    self.id = id
    self.item = item
    self.from = from
    self.deadSpace = deadSpace
    self.measurement = measurement
    self.missing = missing
    self.caseID = caseID
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    id = try fields.value("container")
    item = Item(try fields.value("product"), try fields.text("lot"))
    from = try fields.position("from")
    deadSpace = try fields.amountUnlessZero("dead_space")
    measurement = try fields.amountUnlessZero("measurement")
    missing = try fields.amountUnlessZero("missing")
    caseID = try fields.optional("case")
  }

  package var members: Members {
    var members = Members()
    members.put("container", id)
    members.put("product", item.product)
    members.put("lot", item.lot)
    members.put("from", Account.stock(from))
    members.put("dead_space", deadSpace.isZero ? nil : deadSpace)
    members.put("measurement", measurement.isZero ? nil : measurement)
    members.put("missing", missing.isZero ? nil : missing)
    members.put("case", caseID)
    return members
  }

  package var postings: [Posting] {
    var postings = [Posting].moving(deadSpace, of: item, from: .stock(from), to: .deadSpace)
    postings += .moving(measurement, of: item, from: .stock(from), to: .measurement(id))
    if let caseID {
      postings += .moving(missing, of: item, from: .stock(from), to: .discrepancy(caseID))
    }
    return postings
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    guard let container = state.containers[id] else {
      return [
        Known.unknown("container", id.text, among: state.containers.keys.map(\.text), "status")
      ]
    }
    var faults: [EventFault] = []
    if container.item != item || container.position != from {
      faults.append(EventFault("`\(id.text)` is not what this entry says it is"))
    }
    if container.status != .open {
      faults.append(
        EventFault(
          "`\(id.text)` is closed already",
          hint: "`custody history --container \(id.text)` shows when"))
    }
    if deadSpace < .zero || measurement < .zero || missing < .zero {
      faults.append(EventFault("what is left in a container is never less than nothing"))
    }
    let readings = state.balance(.measurement(id), item) + measurement
    if measurement.isPositive && readings.magnitude > state.policy.readingLimit {
      faults.append(
        EventFault(
          "\(state.shown(readings, state.products[item.product])) of readings pass the policy's limit",
          hint: "what the policy does not allow stands in a case"))
    }
    let book = state.balance(.stock(from), item)
    if deadSpace + measurement + missing != book {
      let product = state.products[item.product]
      faults.append(
        EventFault(
          "`\(id.text)` holds \(state.shown(book, product)) by the book, and the entry explains "
            + state.shown(deadSpace + measurement + missing, product)))
    }
    return faults + Case.faults(caseID, holds: missing, of: item, in: state)
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.containers[id]?.status = .empty
    state.containers[id]?.endedBy = entry.seq
    state.touched.containers.insert(id)
    Case.open(caseID, item, .stock(from), in: &state, entry)
  }

  package func undo(in state: inout State) {
    state.containers[id]?.status = .open
    state.containers[id]?.endedBy = nil
    state.touched.containers.insert(id)
  }
}
