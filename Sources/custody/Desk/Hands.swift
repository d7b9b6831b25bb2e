import Dispensary
import Notation
import Recordkeeping

/// What people mean when they leave out a draw or a container: the one that it can be, said aloud;
/// between two nothing is ever guessed.
extension Desk {
  /// The draw that is named, or the only one in the performer's hands.
  func draw(
    _ text: String?, heldBy performer: PersonID, for patient: PatientID? = nil
  ) throws -> DrawRecord {
    if let text { return try draw(text) }
    let all = state.openDraws.filter { $0.holder == performer && $0.staged == nil }
    // What was drawn for another patient cannot be meant.
    let held = all.filter {
      guard let patient, let other = $0.patient else { return true }
      return state.isSame(other, patient)
    }
    if held.count == 1 {
      let whose = all.count > 1 ? " for this patient" : ""
      Console.say(
        "\(held[0].id.text) is what `\(handle(performer))` holds\(whose): \(left(of: held[0]))")
      return held[0]
    }
    guard held.isEmpty else {
      let list = held.map { "\($0.id.text) (\(left(of: $0)))" }
      throw Failure.usage(
        "`\(handle(performer))` holds \(held.count) draws", hint: "name one: " + listed(list))
    }
    throw Failure.usage(
      "`\(handle(performer))` holds no draw that this can be",
      hint: "name a draw or a container; `custody status` lists them")
  }

  func left(of draw: DrawRecord) -> String {
    let product = state.products[draw.item.product]
    return "\(state.shown(state.remaining(draw), product)) of \(product?.name ?? "")"
  }

  private func listed(_ names: [String]) -> String { names.joined(separator: ", ") }

  /// The one open container that a drug's name can mean; `nil` when the name means something that
  /// is counted, or nothing of it is open.
  func openContainer(
    called text: String, _ source: SourceOptions, for patient: PatientID?, at moment: Instant
  ) throws -> Container? {
    let products = try namedProducts(text)
    let isCounted = products.contains { product in
      product.countsWholeUnits && state.stock.contains { $0.item.product == product.id }
    }
    guard !isCounted else { return nil }
    let place = try source.place.map(location)
    let anywhere = state.openContainers.filter { container in
      products.contains { $0.id == container.item.product }
    }
    let open = anywhere.filter { container in
      (place == nil || container.position.location == place)
        && (source.lot == nil
          || container.item.lot == knownLot(source.lot, of: container.item.product))
    }
    guard !open.isEmpty || anywhere.isEmpty else {
      throw Failure.usage(
        "no open container of `\(text)` is of that place and lot",
        hint: "open now: " + listed(anywhere.map(described)))
    }
    let usable = open.filter { isUsable($0, for: patient, at: moment) }
    if let only = usable.first, usable.count == 1 {
      // The strength is said before anybody measures: one name may have several.
      Console.say("`\(text)` is \(described(only)), the one open container")
      return only
    }
    guard usable.isEmpty else {
      throw Failure.usage(
        "`\(text)` may be \(usable.count) open containers",
        hint: "name one: " + listed(usable.map(described)))
    }
    guard open.isEmpty else {
      throw Failure.usage(
        "no open container of `\(text)` may be used now",
        hint: "not in date, or set aside: " + listed(open.map(described))
          + "; `custody open` opens another")
    }
    return nil
  }

  private func namedProducts(_ text: String) throws -> [Product] {
    if let id = try? ProductID(text.lowercased()), let product = state.products[id] {
      return [product]
    }
    let called = products(called: text)
    return called.isEmpty ? [try product(text).product] : called
  }

  private func isUsable(
    _ container: Container, for patient: PatientID?, at moment: Instant
  ) -> Bool {
    let isInDate = state.lots[container.item].map { $0 >= zone.day(of: moment) } ?? false
    return isInDate && container.beyondUse.map { $0 > moment } ?? true
      && container.position.status == .available
      && state.isStock(of: container.position.owner, usableFor: patient)
  }

  private func described(_ container: Container) -> String {
    let left = state.balance(.stock(container.position), container.item)
    let product = state.products[container.item.product]
    return "\(container.id.text) at \(container.position.location.text) (\(product?.name ?? "") "
      + "\(product?.strength.description ?? ""), \(state.shown(left, product)) left)"
  }

  /// What stays in the device: as said, or by the site's policy for a kind of device.
  func deadSpace(_ loss: String?, device: String?, of product: Product) throws -> Amount {
    if let loss { return try amount(loss, of: product, allowZero: true, inHands: true) }
    guard let device else { return .zero }
    guard product.baseUnit == .milliliter else {
      throw Failure.usage("\(product.name) is not drawn in mL, and leaves no dead space")
    }
    guard let amount = state.policy.deadSpace[device] else {
      let known = state.policy.deadSpace.keys.sorted()
      throw Failure.usage(
        "the policy has no dead space for `\(device)`",
        hint: known.isEmpty
          ? "`custody policy adopt --dead-space '\(device)=0.05mL'`, or say it with `--loss`"
          : Known.suggestion(device, among: known) ?? "it has " + listed(known))
    }
    return amount
  }

  /// A volume in milliliters, whatever the drug is counted in.
  func milliliters(_ typed: String) throws -> Amount {
    let text = AmountWords.spelled(typed)
    guard case .quantity(let thousandths, let unit) = try TypedAmount(text),
      unit == nil || unit == .milliliter
    else { throw Failure.usage("`\(text)` is not a number of mL", hint: "write such as `58mL`") }
    return Amount(thousandths: thousandths)
  }
}
