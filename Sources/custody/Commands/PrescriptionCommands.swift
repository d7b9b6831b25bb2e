import ArgumentParser
import Dispensary
import Notation
import Recordkeeping
import Reports

/// `custody rx`: prescriptions, from the order to the patient's hand.
struct RxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rx", abstract: "Prescriptions: add, fill, pick up, return, transfer, void.",
    subcommands: [
      Add.self, List.self, Show.self, Fill.self, Pickup.self, ReturnToStock.self, Transfer.self,
      Void.self,
    ])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Enter a prescription.",
      discussion: """
        All that 21 CFR 1306.05 asks for is asked for. The directions and the prescriber's address \
        go to the vault, as the patient's name and address did:
          custody rx add testosterone 1 vial -p P-12 --prescriber 'Dr. Ida Reyes' \\
            --dea AB1234563 --prescriber-address '9 Elm St' \\
            --issued 2026-03-02 --refills 5 --days 70 --directions -
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @Argument(help: "The product, or the NDC of its package.") var product: String
    @Argument(help: "How much for one filling: `30 films`, `1 vial`.") var quantity: String
    @Option(name: .shortAndLong, help: "For whom, by code.") var patient: String
    @Option(help: "The prescriber's name.") var prescriber: String
    @Option(help: "The prescriber's DEA registration number.") var dea: String
    @Option(help: "The prescriber's address, kept in the vault.") var prescriberAddress: String
    @Option(help: "The day on which it was issued.") var issued: String
    @Option(help: "The directions for use, kept in the vault.") var directions: String
    @Option(help: "How many refills.") var refills: Int64 = 0
    @Option(help: "How many days one filling lasts.") var days: Int64?
    @Option(help: "How it came: written, electronic, oral or fax.") var form: String = "written"
    @Flag(help: "Dispense as written, no other labeler's product.") var asWritten = false
    @Option(
      help: ArgumentHelp("The medical need on its face, kept in the vault.", valueName: "text"))
    var medicalNeed: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      guard let form = PrescriptionAdded.Form(rawValue: form) else {
        throw Failure.usage(
          "`\(form)` is not a form of prescription",
          hint: PrescriptionAdded.Form.allCases.map(\.rawValue).joined(separator: ", "))
      }
      let (product, package) = try desk.product(self.product)
      let goods = try desk.goods(quantity, of: product, package)
      let patient = try desk.patient(self.patient)
      let (dea, day) = (try DEANumber(dea), try issued(desk))
      var privates = try [
        desk.secret("directions", directions), desk.secret("prescriber_address", prescriberAddress),
      ]
      if let medicalNeed { privates.append(try desk.secret("medical_need", medicalNeed)) }
      let values = privates
      try desk.record(signing) { writing in
        let event = PrescriptionAdded(
          id: writing.state.new(RxID.self), recipient: patient, product: product.id,
          quantity: goods.amount, daysSupply: days, refills: refills, issued: day,
          prescriber: prescriber, prescriberDEA: dea, form: form, isAsWritten: asWritten,
          hasMedicalNeed: medicalNeed != nil)
        try desk.add(event, act, privates: values, to: writing)
      }
    }

    private func issued(_ desk: Desk) throws -> CivilDate {
      let day = try desk.day(issued)
      let today = desk.zone.day(of: desk.now)
      guard day <= today else {
        throw Failure.usage(
          "the day of issue, \(day.text), lies in the future: it is \(today.text)",
          hint: "a prescription is dated on the day on which it is signed")
      }
      return day
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the prescriptions.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @Flag(help: "Only what may still be filled, or waits in will-call.") var open = false
    @Option(name: .shortAndLong, help: "Only this patient's, by code.") var patient: String?

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let patient = try self.patient.map(desk.patient)
      let reports = desk.state.prescriptionList
        .filter { record in patient.map { desk.state.isSame($0, record.order.recipient) } ?? true }
        .map { PrescriptionReport($0, state: desk.state, now: desk.now, zone: desk.zone) }
        .filter { !open || $0.isOpen }
      if reports.isEmpty, !ledger.json, !desk.state.prescriptions.isEmpty {
        return Console.say("no prescription is \(open ? "open" : "there") for that")
      }
      Listing.print(
        ledger, "prescriptions",
        ["rx", "patient", "prescribed", "product", "refills left", "issued", "standing"],
        reports.map { row($0, desk) }, notice: OneSignerNotice(desk.state))
    }

    private func row(_ report: PrescriptionReport, _ desk: Desk) -> [String] {
      let order = report.record.order
      let product = desk.state.products[order.product]
      let waits = desk.state.waiting(order.id).isEmpty ? "" : ", in will-call"
      return [
        order.id.text, desk.code(order.recipient), desk.state.shown(order.quantity, product),
        product?.name ?? order.product.text, String(report.refillsLeft), order.issued.text,
        report.standing + waits,
      ]
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show a prescription and what has become of it.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @Argument(help: "The prescription, such as `Rx-12`.") var rx: String

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let report = PrescriptionReport(
        try desk.prescription(rx), state: desk.state, now: desk.now, zone: desk.zone)
      if ledger.json { return Console.print(report.json) }
      Console.print(report.text.trimmingLine)
    }
  }

  struct Fill: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Fill a prescription, wholly or in part, into will-call.",
      discussion: """
        What is due and the lot that expires first, unless something else is said:
          custody rx fill Rx-12
          custody rx fill Rx-12 '10 films' --lot B77 --in vault
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @OptionGroup var filling: FillingOptions
    @Argument(help: "The prescription, such as `Rx-12`.") var rx: String
    @Argument(help: "How much; what is due otherwise.") var quantity: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      try desk.record(signing) { writing in
        let event = try desk.seeing(writing).filling(rx, quantity, filling)
        try desk.add(event, act, to: writing)
      }
    }
  }

  struct Pickup: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Hand over what waits in will-call.",
      discussion: """
        All that waits, or an amount of it. Who picked it up and which identification was seen go \
        to the vault:
          custody rx pickup Rx-12 --picked-up-by 'the patient' --identification -
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @OptionGroup var handing: HandingOptions
    @Argument(help: "The prescription, such as `Rx-12`.") var rx: String
    @Argument(help: "How much; all that waits otherwise.") var quantity: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let (setting, privates) = (try handing.setting(), try handing.privates(desk))
      try desk.record(signing) { writing in
        let desk = desk.seeing(writing)
        let record = try desk.prescription(rx)
        let waiting = desk.state.waiting(record.id)
        guard !waiting.isEmpty else { throw desk.nothingWaits(record.id) }
        let event = PrescriptionPickedUp(
          id: record.id, recipient: record.order.recipient,
          lines: try desk.handed(waiting, quantity, of: record), setting: setting)
        try desk.add(event, act, privates: privates, to: writing)
      }
    }
  }

  struct ReturnToStock: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "return-to-stock",
      abstract: "Put what nobody picked up back where it came from.",
      discussion: "The filling counts as never made; a refill that it used is there again.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @Argument(help: "The prescription, such as `Rx-12`.") var rx: String
    @Option(name: .shortAndLong, help: "Where it is put; where it came from otherwise.") var to:
      String?
    @Option(help: "Only this filling: 0 for the first, 1 for the first refill.") var fill: Int64?

    func run() throws {
      let desk = try Desk.open(ledger)
      let place = try to.map(desk.location)
      try desk.record(signing) { writing in
        let desk = desk.seeing(writing)
        let record = try desk.prescription(rx)
        let waiting = desk.state.waiting(record.id).filter { fill == nil || $0.number == fill }
        guard !waiting.isEmpty else { throw desk.nothingWaits(record.id) }
        for (number, parts) in Dictionary(grouping: waiting, by: \.number)
          .sorted(by: { $0.key < $1.key })
        {
          for part in parts { desk.sayWaited(part, record.id) }
          let event = PrescriptionReturned(
            id: record.id, recipient: record.order.recipient, number: number,
            lines: desk.backTo(place, parts))
          try desk.add(event, act, to: writing)
        }
      }
    }
  }

  struct Transfer: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Transfer what is left of a prescription to another pharmacy, once.",
      discussion: """
          custody rx transfer Rx-12 --pharmacy 'Elm Pharmacy' --dea FE1234563 \\
            --address '2 Elm St, Dayton OH' --pharmacist 'Lou Finch'
        """)
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @Argument(help: "The prescription, such as `Rx-12`.") var rx: String
    @Option(help: "The receiving pharmacy's name.") var pharmacy: String
    @Option(help: "Its DEA registration number.") var dea: String
    @Option(help: "Its address.") var address: String
    @Option(help: "The pharmacist who receives it.") var pharmacist: String
    @Option(help: "How many refills go with it; all that are left otherwise.") var refills: Int64?

    func run() throws {
      let desk = try Desk.open(ledger)
      let dea = try DEANumber(dea)
      try desk.record(signing) { writing in
        let desk = desk.seeing(writing)
        let record = try desk.prescription(rx)
        let event = PrescriptionTransferred(
          id: record.id, recipient: record.order.recipient, pharmacy: pharmacy, address: address,
          dea: dea, pharmacist: pharmacist, refills: refills ?? record.refillsLeft)
        try desk.add(event, act, to: writing)
      }
    }
  }

  struct Void: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Void a prescription: nothing more is filled on it.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @OptionGroup(title: "When and how it happened") var act: ActOptions
    @Argument(help: "The prescription, such as `Rx-12`.") var rx: String
    @Option(help: "Why: \(PrescriptionVoided.reasons.joined(separator: ", ")).") var reason: String

    func run() throws {
      let desk = try Desk.open(ledger)
      try desk.record(signing) { writing in
        let desk = desk.seeing(writing)
        let record = try desk.prescription(rx)
        let event = PrescriptionVoided(
          id: record.id, recipient: record.order.recipient, reason: reason)
        try desk.add(event, act, to: writing)
      }
    }
  }
}

/// `custody dispense`: filled and handed over in one act.
struct DispenseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dispense",
    abstract: "Fill a prescription, and hand it over or deliver it.",
    discussion: """
      A prescriber who dispenses fills and hands over at once. A pharmacy delivers a drug that a \
      practitioner administers to the address of the practitioner's registration (21 USC 829a):
        custody dispense Rx-12 --picked-up-by 'the patient'
        custody dispense Rx-12 --deliver-to 'Hill Clinic' \\
          --setting-dea AH1234563 --proof 'slip 88'
      """)
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions
  @OptionGroup(title: "Who signs") var signing: SigningOptions
  @OptionGroup(title: "When and how it happened") var act: ActOptions
  @OptionGroup var filling: FillingOptions
  @OptionGroup var handing: HandingOptions
  @Argument(help: "The prescription, such as `Rx-12`.") var rx: String
  @Argument(help: "How much; what is due otherwise.") var quantity: String?

  func run() throws {
    let desk = try Desk.open(ledger)
    let (setting, privates) = (try handing.setting(), try handing.privates(desk))
    try desk.record(signing) { writing in
      let fill = try desk.seeing(writing).filling(rx, quantity, filling)
      try desk.add(fill, act, to: writing)
      let event = PrescriptionPickedUp(
        id: fill.id, recipient: fill.recipient,
        lines: desk.handed(fill.lines.map { (fill.number, $0.item, $0.amount) }),
        setting: setting)
      try desk.add(event, act.withoutCase, privates: privates, to: writing)
    }
  }
}

/// Which stock a prescription is filled with.
struct FillingOptions: ParsableArguments {
  @Option(name: .place, help: "Where it is, if it is in several places.") var place: String?
  @Option(name: .shortAndLong, help: "The lot; the one that expires first otherwise.") var lot:
    String?
  @Option(help: "Another labeler's product of the same drug and strength.") var product: String?
  @Flag(help: "Begin the next refill, and leave the rest of the filling before it.")
  var nextRefill = false
}

/// To whom it is handed, or where it is delivered.
struct HandingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Who takes it, kept in the vault.", valueName: "who"))
  var pickedUpBy: String?
  @Option(help: ArgumentHelp("The identification seen, kept in the vault.", valueName: "what"))
  var identification: String?
  @Option(help: ArgumentHelp("The setting that administers it.", valueName: "name"))
  var deliverTo: String?
  @Option(help: ArgumentHelp("The DEA number registered at that setting.", valueName: "number"))
  var settingDea: String?
  @Option(help: "What proves the delivery, such as `slip 88`; kept in the vault.") var proof:
    String?

  func setting() throws -> PrescriptionPickedUp.Setting? {
    guard let deliverTo else {
      guard settingDea == nil, proof == nil else {
        throw Failure.usage(
          "a delivery has no setting", hint: "add `--deliver-to NAME`, or leave the rest out")
      }
      return nil
    }
    guard let settingDea else {
      throw Failure.usage(
        "a setting is named by its registration", hint: "add `--setting-dea NUMBER`")
    }
    return PrescriptionPickedUp.Setting(
      name: deliverTo, dea: try DEANumber(settingDea), hasProof: proof != nil)
  }

  func privates(_ desk: Desk) throws -> [Private] {
    let given = [
      ("picked_up_by", pickedUpBy), ("identification", identification), ("proof", proof),
    ]
    return try given.compactMap { name, value in try value.map { try desk.secret(name, $0) } }
  }
}
