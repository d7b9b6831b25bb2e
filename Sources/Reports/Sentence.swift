import Dispensary
import Notation

/// An entry in one sentence, as a pharmacist would tell it.
struct Sentence {
  let wording: Wording
  private let balance: (before: Amount, after: Amount)?

  init(_ wording: Wording, _ balance: (before: Amount, after: Amount)?) {
    self.wording = wording
    self.balance = balance
  }

  /// `container.open` in words: `container open`.
  static func kind(_ event: any Event) -> String {
    String(type(of: event).type.map { $0.isLetter ? $0 : " " })
  }

  func text(_ event: any Event) -> String {
    stock(event) ?? receiving(event) ?? hands(event) ?? doses(event) ?? prescriptions(event)
      ?? disposal(event) ?? site(event) ?? people(event) ?? Sentence.kind(event)
  }

  /// Stock on shelves.
  private func stock(_ event: any Event) -> String? {
    switch event {
    case let event as InitialInventory:
      let lines = event.lines.map { received($0) }
      let list = lines.isEmpty ? "nothing on hand" : lines.joined(separator: ", ")
      return "initial inventory at \(event.moment.rawValue) of business: \(list)"
    case let event as Move:
      return "moved \(amount(event.amount, event.item)) from \(wording.place(event.from)) to "
        + event.to.text
    case let event as KitUnpacked:
      return "unpacked \(tally(event.kits, "kit")) with \(amount(event.amount, event.item)) in "
        + event.from.location.text
    case let event as ContainerOpened:
      let until = event.beyondUse.map { ", use before \(wording.time($0))" } ?? ""
      return "opened \(event.id.text) in \(event.from.location.text) with "
        + "\(amount(event.size, event.item))\(until)"
    case let event as ContainerEmptied: return emptied(event)
    case let event as PhysicalCount: return counted(event)
    default: return nil
    }
  }

  /// What people have in their hands.
  private func hands(_ event: any Event) -> String? {
    switch event {
    case let event as Draw: return drawn(event)
    case let event as Administration:
      let mass = wording.mass(event.quantity, event.item.product)
      return "gave \(quantity(event.quantity, event.item)) (\(mass)) of \(event.draw.text) to "
        + "\(wording.code(event.recipient) ?? "")\(details(event))"
    case let event as Waste:
      let source =
        switch event.source {
        case .draw(let id): id.text
        case .container(let position): wording.place(position)
        }
      let patient = wording.code(event.patient).map { ", \($0)" } ?? ""
      return "wasted \(quantity(event.quantity, event.item)) of \(source): \(event.method), "
        + "\(event.place.text)\(patient)"
    case let event as PutBack:
      let staged = event.stagedUntil.map { ", staged until \(wording.time($0))" } ?? ""
      return "put \(quantity(event.quantity, event.item)) of \(event.draw.text) back to "
        + "\(wording.place(event.to))\(staged)"
    default: return nil
    }
  }

  /// People, keys and the site.
  private func site(_ event: any Event) -> String? {
    switch event {
    case let event as LedgerOpened:
      return "opened the ledger \(event.origin) with "
        + event.founders.map(\.person.handle.text).joined(separator: " and ")
    case is PolicyAdopted: return "adopted a policy"
    case let event as PeerAdopted:
      return "adopted the witness \(event.name)" + (event.url.map { " at \($0)" } ?? "")
    case let event as RegistrationRecorded: return "recorded registration \(event.dea.text)"
    case let event as LocationAdded: return "added location \(event.id.text), \(event.name)"
    case let event as PersonAdded:
      return "added \(event.handle.text), \(event.roles.map(\.text).joined(separator: ", "))"
    case let event as PersonRetired: return "\(wording.handle(event.id)) left"
    case let event as KeyAdded: return "added key \(event.key) of \(wording.handle(event.person))"
    case let event as KeyRotated:
      return "replaced key \(event.replaces) by \(event.added.key)"
    case let event as SiteKeyReplaced: return "replaced the site's key: \(event.reason)"
    case let event as KeyRevoked: return "revoked key \(event.key): \(event.reason)"
    case let event as ProductAdded:
      return "added product \(event.product.id.text), \(event.product.name) "
        + event.product.strength.description
    case let event as SupplierAdded:
      return "added supplier \(event.id.text), \(event.name), DEA \(event.dea.text)"
    case let event as PatientAdded: return "added patient \(wording.code(event.id) ?? "")"
    case let event as Correction: return "corrects entry \(event.entry): \(event.reason)"
    case let event as ClockSet: return "set the clock to \(wording.time(event.now))"
    case let event as Erasure:
      let whose = wording.code(event.subject).map { " of \($0)" } ?? ""
      return "erased \(event.digests.count) private values\(whose)"
    default: return nil
    }
  }

  private func drawn(_ event: Draw) -> String {
    var text = "drew \(event.id.text), \(amount(event.quantity, event.item)) from "
    text += "\(wording.place(event.from))\(change(event.item))"
    if event.overfill.isPositive {
      text += ", \(quantity(event.overfill, event.item)) of it overfill"
    }
    if let id = event.caseID {
      text += ", \(quantity(event.beyondBook, event.item)) beyond the book (case \(id.text))"
    }
    if event.loss.isPositive { text += ", \(quantity(event.loss, event.item)) dead space" }
    return text + (wording.code(event.patient).map { ", for \($0)" } ?? "")
  }

  private func emptied(_ event: ContainerEmptied) -> String {
    var parts: [String] = []
    if event.deadSpace.isPositive {
      parts.append("\(quantity(event.deadSpace, event.item)) dead space")
    }
    if event.measurement.isPositive {
      parts.append("\(quantity(event.measurement, event.item)) readings")
    }
    if let id = event.caseID {
      parts.append("\(quantity(event.missing, event.item)) missing (case \(id.text))")
    }
    return "finished \(event.id.text)" + (parts.isEmpty ? "" : ": ") + parts.joined(separator: ", ")
  }

  private func counted(_ event: PhysicalCount) -> String {
    let lines = event.lines.map { line in
      let text = "\(wording.place(line.position)) \(amount(line.counted, line.item))"
      guard !line.difference.isZero else { return text }
      let book = "the book said \(quantity(line.book, line.item))"
      return text + ", " + book + (line.caseID.map { " (case \($0.text))" } ?? "")
    }
    return "counted (\(event.method.rawValue)): " + lines.joined(separator: ", ")
  }

  private func received(_ line: StockLine) -> String {
    "\(amount(line.amount, line.item)) to \(wording.place(line.position)), \(expiry(line))"
  }

  /// `expires 2027-04-30`, or that nobody could read it.
  func expiry(_ line: StockLine) -> String {
    line.expires.map { "expires \($0.text)" } ?? "expiry unknown"
  }

  func quantity(_ amount: Amount, _ item: Item) -> String {
    wording.quantity(amount, item.product)
  }

  func amount(_ amount: Amount, _ item: Item) -> String {
    "\(quantity(amount, item)) \(wording.drug(item.product)) lot \(item.lot)"
  }

  /// ` (4.300 mL -> 3.600 mL)`
  private func change(_ item: Item) -> String {
    guard let balance else { return "" }
    return " (\(quantity(balance.before, item)) \u{2192} \(quantity(balance.after, item)))"
  }
}
