import ArgumentParser
import Dispensary
import Notation
import Recordkeeping
import Reports

/// `custody ship`: back to a supplier, or to a reverse distributor.
struct ShipCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ship", abstract: "Ship stock back, or away to be destroyed.",
    discussion: """
      In transit until it is acknowledged:
        custody ship ketamine '2 vials' --lot K41A --in vault --to inmar \\
          --reverse-distributor --tracking 1Z999 --witness ana
        custody ship show S-2                  the manifest
        custody ship acknowledge S-2 --short 'K41A,5mL'
        custody ship list
      """,
    subcommands: [Send.self, Acknowledge.self, Show.self, List.self], defaultSubcommand: Send.self)

  struct Send: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "send", abstract: "Ship something (what `ship` alone does).")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @OptionGroup var leaving: LeavingOptions
    @Argument(help: "A container, drug set aside under a draw's number, or a product.")
    var what: String?
    @Argument(help: "How much, or `all`.") var quantity: String?
    @Option(name: .shortAndLong, help: "To whom, as `custody supplier list` names them.") var to:
      String
    @Flag(
      help: "They destroy it, rather than take it back; as `custody supplier list` says otherwise.")
    var reverseDistributor = false
    @Option(help: "unwanted, expired, recalled, damaged or wrong-goods; as its status says.")
    var reason: String?
    @Option(help: "The carrier's number.") var tracking: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let targets = try leaving.targets(what, quantity)
      let supplier = try desk.supplier(to)
      let reason = try self.reason.map(read)
      try desk.record(signing) { writing in
        let desk = desk.seeing(writing)
        let (lines, emptied) = try desk.leaving(targets)
        let event = Shipment(
          id: writing.state.new(ShipmentID.self),
          to: reverseDistributor ? .reverseDistributor : desk.purpose(of: supplier),
          supplier: supplier,
          reason: reason ?? usual(lines, desk, on: writing.today), tracking: tracking,
          lines: lines)
        try desk.add(event, act, to: writing)
        try desk.close(emptied, act, to: writing)
      }
    }

    private func read(_ text: String) throws -> Shipment.Reason {
      guard let reason = Shipment.Reason(rawValue: text) else {
        throw Failure.usage(
          "`\(text)` is not a reason for a shipment",
          hint: Shipment.Reason.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return reason
    }

    /// What the status of all lines says, or their date.
    private func usual(
      _ lines: [OutgoingLine], _ desk: Desk, on day: CivilDate
    ) -> Shipment.Reason {
      let reasons = lines.map { line -> Shipment.Reason in
        switch line.position.status {
        case .expired: return .expired
        case .recalled: return .recalled
        case .damaged: return .damaged
        case .available, .quarantined, .awaitingWaste:
          return desk.state.lots[line.item].map { $0 < day } == true ? .expired : .unwanted
        }
      }.unique
      return reasons.count == 1 ? reasons[0] : .unwanted
    }
  }

  struct Acknowledge: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Record that a shipment arrived.",
      discussion: "What did not arrive stays in transit: name it with `--short LOT,AMOUNT`.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @Argument(help: "The shipment, such as `S-2`.") var shipment: String
    @Option(help: ArgumentHelp("What did not arrive. Repeatable.", valueName: "lot,amount"))
    var short: [String] = []

    func run() throws {
      let desk = try Desk.open(ledger)
      let id = try ShipmentID(shipment)
      try desk.record(signing) { writing in
        let desk = desk.seeing(writing)
        guard let sent = desk.state.shipment(id)?.event else {
          throw Failure.usage(
            "shipment `\(id.text)` is not known", hint: "`custody ship list` shows the shipments")
        }
        let event = ShipmentAcknowledged(
          id: id, to: sent.to, supplier: sent.supplier, lines: try lines(id, desk))
        try desk.add(event, act, to: writing)
      }
    }

    private func lines(_ id: ShipmentID, _ desk: Desk) throws -> [ShipmentAcknowledged.Line] {
      let held = desk.state.inTransit(id)
      guard !held.isEmpty else {
        throw Failure(
          .notEnough, "nothing of `\(id.text)` is in transit",
          hint: "`custody ship list` shows the shipments")
      }
      var missing: [Item: Amount] = [:]
      for text in short {
        let (item, amount) = try self.missing(text, held.map(\.item), id, desk)
        missing[item, default: .zero] += amount
      }
      let lines = try held.map { line in
        let short = missing[line.item] ?? .zero
        guard short <= line.amount else {
          let product = desk.state.products[line.item.product]
          throw Failure(
            .notEnough,
            "only \(desk.state.shown(line.amount, product)) of lot `\(line.item.lot)` is in transit",
            hint: "`custody ship list` shows the shipments")
        }
        return ShipmentAcknowledged.Line(item: line.item, quantity: line.amount - short)
      }
      return lines.filter { $0.quantity.isPositive }
    }

    private func missing(
      _ text: String, _ items: [Item], _ id: ShipmentID, _ desk: Desk
    ) throws -> (Item, Amount) {
      let parts = text.split(separator: ",", maxSplits: 1).map { String($0).trimmingSpaces }
      guard parts.count == 2 else {
        throw Failure.usage("`\(text)` is not a line", hint: "write LOT,AMOUNT")
      }
      let meant = self.meant(parts[0], items, desk)
      guard meant.count == 1, let item = meant.first,
        let product = desk.state.products[item.product]
      else {
        let list = (meant.isEmpty ? items : meant).map { item in
          "\(item.lot) (\(desk.state.products[item.product]?.name ?? item.product.text))"
        }.joined(separator: ", ")
        throw meant.isEmpty
          ? Failure.usage(
            "lot `\(parts[0])` is not in transit with `\(id.text)`", hint: "in transit: \(list)")
          : Failure.usage(
            "`\(parts[0])` may be \(meant.count) lots of `\(id.text)`", hint: "name one: \(list)")
      }
      return (item, try desk.goods(parts[1], of: product, nil).amount)
    }

    /// What a lot or a drug's name means among what is in transit; a lot before a name.
    private func meant(_ text: String, _ items: [Item], _ desk: Desk) -> [Item] {
      let lots = items.filter { $0.lot.lowercased() == text.lowercased() }
      guard lots.isEmpty else { return lots }
      let named = Set(desk.products(called: text).map(\.id))
      return items.filter { named.contains($0.product) || $0.product.text == text.lowercased() }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print the manifest of a shipment.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @Argument(help: "The shipment, such as `S-2`.") var shipment: String

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let id = try ShipmentID(shipment)
      guard let text = desk.disposal.manifest(of: id),
        let event = desk.state.shipment(id)?.event
      else {
        throw Failure.usage(
          "shipment `\(id.text)` is not known", hint: "`custody ship list` shows the shipments")
      }
      if ledger.json {
        var members: [String: JSON] = [
          "schema": "custody/manifest/1", "text": .string(text),
          "shipment": .object(event.members.all),
        ]
        members["one_signer"] = OneSignerNotice(desk.state).json
        return Console.print(.object(members))
      }
      Console.print(String(text.dropLast()))
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the shipments, and what is in transit.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let list = desk.disposal.shipments
      Listing.print(
        ledger, "shipments", list.titles, list.rows, notice: OneSignerNotice(desk.state))
    }
  }
}

extension Desk {
  /// What goods are sent to a supplier for, by its kind.
  fileprivate func purpose(of supplier: SupplierID) -> Shipment.Recipient {
    state.suppliers[supplier]?.kind == .reverseDistributor ? .reverseDistributor : .supplier
  }
}
