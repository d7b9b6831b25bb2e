import Dispensary
import Foundation
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping
import Synchronization
import Testing

/// A clock that tests step, shared with the closures that read it.
final class StepClock: Sendable {
  private let time: Mutex<Int64>
  init(_ text: String) { time = Mutex(Instant(text)!.milliseconds) }
  var now: Instant { Instant(milliseconds: time.withLock { $0 }) }
  func step(minutes: Int64) { time.withLock { $0 += minutes * 60_000 } }
  func step(seconds: Int64) { time.withLock { $0 += seconds * 1_000 } }
}

/// Bytes that are the same in every run.
final class Chances: Sendable {
  private let state: Mutex<UInt64>
  init(_ seed: UInt64) { state = Mutex(seed) }
  func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(next() >> 56) } }
  func next() -> UInt64 {
    state.withLock { state in
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }
}

/// A folder that goes with its last user.
final class Folder: Sendable {
  let path: String
  static let base =
    FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()

  init() {
    path = Folder.base + "/custody-verify-" + UUID().uuidString
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The people and things of a clinic, and its pen.
///
///     let clinic = try TestClinic(in: folder)
///     try clinic.dose(.pat)
final class TestClinic {
  static let origin = try! Origin("hill.example/main/1")
  static let siteKey = key(0)
  static let handles = ["ana", "ben", "cai", "dee"]
  static let patients = ["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc"]
    .map { try! PatientID($0) }
  static let vault = try! LocationID("vault")
  static let room = try! LocationID("room-1")
  static let supplier = try! SupplierID("mckesson")
  static let ketamine = Item(try! ProductID("65219-186"), "K1")
  static let spray = Item(try! ProductID("50458-028"), "S1")
  /// What must never be in the ledger: by patient, then free text.
  static let secrets = [
    ["Zephyrine Quillfeather", "1971-03-09", "77 Marmalade Court, Akron"],
    ["Ignatius Plumbottom", "1988-12-24", "9 Gooseberry Lane, Toledo"],
    ["Wilhelmina Drizzlewick", "2001-07-30", "4 Thistledown Mews, Dayton"],
  ]
  static let freeText = "the syringe rolled under Mr Plumbottom's wheelchair"

  let clock: StepClock
  let surroundings: Surroundings
  let custodian: Custodian

  static func key(_ number: UInt8) -> PrivateKey {
    try! PrivateKey.derived(from: SHA256.hash([number]).bytes)
  }

  static func signer(_ number: Int) -> Signer {
    Signer(
      person: try! PersonID("p\(number)"), name: KeyName("p\(number)/1")!,
      key: key(UInt8(number)))
  }

  static var ana: Signer { signer(1) }
  static var ben: Signer { signer(2) }
  static var cai: Signer { signer(3) }
  static var dee: Signer { signer(4) }

  private static func world(_ clock: StepClock, _ seed: UInt64) -> Surroundings {
    let chances = Chances(seed)
    return Surroundings(now: { clock.now }, chance: { chances.bytes($0) })
  }

  /// Founds and furnishes it.
  init(founding folder: String, journal: String? = nil) throws {
    clock = StepClock("2026-11-21T08:00:00.000Z")
    surroundings = TestClinic.world(clock, 1)
    custodian = try Custodian.found(
      in: folder, origin: TestClinic.origin, journal: journal,
      founders: Signers(by: TestClinic.ana, witnesses: [TestClinic.ben]),
      siteKey: TestClinic.siteKey, surroundings: surroundings
    ) { writing in
      try writing.add(writing.draft(TestClinic.opening))
      try writing.add(
        writing.draft(
          RegistrationRecorded(
            dea: DEANumber("AB1234563"), name: "Hill Clinic", address: "1 Hill Rd, Akron",
            state: "OH", expires: nil)))
      try writing.add(writing.draft(PolicyAdopted(policy: TestClinic.policy)))
    }
    try furnish()
  }

  /// Comes back to one that is there.
  init(reopening folder: String, at time: String, journal: String? = nil) throws {
    clock = StepClock(time)
    surroundings = TestClinic.world(clock, UInt64(folder.hashValue.magnitude))
    custodian = try Custodian.open(in: folder, journal: journal, surroundings: surroundings)
  }

  var state: State { custodian.state }

  static let opening = LedgerOpened(
    origin: origin.text, format: KeyRegister.format,
    siteKey: VerifierKey(origin, siteKey.publicKey).text,
    founders: [
      founder(1, "Ana Ash", [.administrator, .nurse]),
      founder(2, "Ben Birch", [.administrator, .pharmacist]),
    ])

  private static func founder(_ number: Int, _ name: String, _ roles: [Role])
    -> LedgerOpened.Founder
  {
    LedgerOpened.Founder(
      person: person(number, name, roles), key: "p\(number)/1", algorithm: "ed25519",
      publicKey: key(UInt8(number)).publicKey.base64)
  }

  private static func person(_ number: Int, _ name: String, _ roles: [Role]) -> PersonAdded {
    PersonAdded(
      id: try! PersonID("p\(number)"), handle: try! Handle(handles[number - 1]), name: name,
      initials: "P\(number)", roles: roles)
  }

  static var policy: Policy {
    var policy = Policy()
    policy.readingUncertainty = Amount(thousandths: 100)
    policy.readingLimit = Amount(thousandths: 300)
    return policy
  }

  @discardableResult
  func act(
    _ by: Signer = ana, _ witnesses: [Signer] = [], possession: [Signer] = [],
    _ body: (Writing) throws -> Void
  ) throws -> [Acknowledgement] {
    clock.step(seconds: 20)
    return try custodian.record(
      by: Signers(by: by, witnesses: witnesses, possession: possession),
      siteKey: TestClinic.siteKey, body)
  }

  private func furnish() throws {
    for (number, name, role) in [(3, "Cai Cole", Role.nurse), (4, "Dee Dorn", .technician)] {
      try act { try $0.add($0.draft(TestClinic.person(number, name, [role]))) }
      let key = TestClinic.signer(number)
      try act(TestClinic.ana, [TestClinic.ben], possession: [key]) {
        try $0.add(
          $0.draft(
            KeyAdded(
              key: key.name.text, person: key.person, algorithm: "ed25519",
              publicKey: key.key.publicKey.base64)))
      }
    }
    try act { writing in
      try writing.add(
        writing.draft(LocationAdded(id: TestClinic.vault, name: "Vault", parent: nil)))
      try writing.add(
        writing.draft(LocationAdded(id: TestClinic.room, name: "Room 1", parent: TestClinic.vault)))
      try writing.add(
        writing.draft(
          SupplierAdded(
            id: TestClinic.supplier, name: "McKesson", address: "2 Depot St, Columbus",
            dea: DEANumber("AB1234563"))))
      for product in try TestClinic.products() {
        try writing.add(writing.draft(ProductAdded(product: product)))
      }
    }
    for index in TestClinic.patients.indices { try addPatient(index) }
    try act(TestClinic.ana, [TestClinic.ben]) {
      try $0.add($0.draft(InitialInventory(moment: .open, lines: [TestClinic.line(10_000)])))
    }
    try act(TestClinic.ben) {
      try $0.add(
        $0.draft(
          Receipt(
            supplier: TestClinic.supplier, invoice: "INV-1",
            lines: [
              .init(stock: TestClinic.line(500_000), invoiced: Amount(thousandths: 500_000)),
              .init(
                stock: TestClinic.line(8_000, TestClinic.spray),
                invoiced: Amount(thousandths: 8_000)),
            ])))
    }
  }

  private func addPatient(_ index: Int) throws {
    let values = zip(["name", "birth_date", "address"], TestClinic.secrets[index])
    try act { writing in
      try writing.add(
        writing.draft(
          PatientAdded(id: TestClinic.patients[index]), privates: values.map { Private($0, $1) }))
    }
  }

  static func line(_ amount: Int64, _ item: Item = ketamine) -> StockLine {
    StockLine(
      item: item, expires: try! CivilDate("2039-04-30"), position: Position(vault),
      amount: Amount(thousandths: amount))
  }

  static func products() throws -> [Product] {
    [
      try Product(
        id: ketamine.product, name: "ketamine", genericName: "ketamine hydrochloride",
        labeler: "Kabi", schedule: .three,
        ingredients: [
          Product.Ingredient(
            Substance(listed: "KETAMINE HYDROCHLORIDE", in: .three), strength: "100 mg/mL")
        ],
        strength: Strength("100 mg/mL"),
        packages: [
          try Package(ndc: NDC("65219-186-05"), container: Quantity(5, .milliliter), containers: 5)
        ],
        isMultiDose: true, provenance: .typed),
      try Product(
        id: spray.product, name: "SPRAVATO", genericName: "esketamine", labeler: "Janssen",
        schedule: .three,
        ingredients: [
          Product.Ingredient(
            Substance(listed: "ESKETAMINE HYDROCHLORIDE", in: .three), strength: "28 mg/1")
        ],
        strength: Strength("28 mg/1"),
        packages: [
          try Package(ndc: NDC("50458-028-02"), container: Quantity(1, .device), containers: 2)
        ],
        provenance: .typed),
    ]
  }

  // MARK: The day's work

  func openVial() throws {
    let beyondUse = clock.now.adding(milliseconds: 20 * 86_400_000)
    try act(TestClinic.cai) { writing in
      try writing.add(
        writing.draft(
          ContainerOpened(
            id: writing.state.newContainer, item: TestClinic.ketamine,
            from: Position(TestClinic.vault), size: Amount(thousandths: 5_000),
            beyondUse: beyondUse)))
    }
  }

  func emptyVial() throws {
    guard let vial = state.openContainers.last else { return }
    let left = state.balance(.stock(vial.position), vial.item)
    try act(TestClinic.cai) {
      try $0.add(
        $0.draft(
          ContainerEmptied(id: vial.id, item: vial.item, from: vial.position, deadSpace: left)))
    }
  }

  /// 0.7 mL drawn, 0.5 mL given, 0.2 mL wasted before a witness, as one act.
  func dose(
    _ patient: PatientID, by: Signer = cai, witness: Signer = dee, at: Instant? = nil,
    note: String? = nil
  ) throws {
    let isUsable = state.openContainers.last.map {
      state.balance(.stock($0.position), $0.item).thousandths >= 700 && $0.beyondUse! > clock.now
    }
    if isUsable != true {
      try emptyVial()
      try openVial()
    }
    let vial = state.openContainers.last!
    try act(by, [witness]) { writing in
      let draw = writing.state.newDraw
      try writing.add(
        writing.draft(
          Draw(
            id: draw, item: vial.item, from: vial.position, quantity: Amount(thousandths: 700),
            holder: by.person, patient: patient), at: at, witnessed: false))
      try writing.add(
        writing.draft(
          Administration(
            draw: draw, item: vial.item, quantity: Amount(thousandths: 500), milligrams: "50",
            recipient: patient, route: "INTRAMUSCULAR"), at: at, witnessed: false))
      try writing.add(
        writing.draft(
          Waste(
            source: .draw(draw), item: vial.item, quantity: Amount(thousandths: 200),
            method: "drain", place: TestClinic.room, patient: patient),
          at: at, privates: note.map { [Private("note", $0)] } ?? []))
    }
  }

  /// Reverses an entry.
  @discardableResult
  func correct(_ seq: Int64, reason: String = "wrong-amount") throws -> [Acknowledgement] {
    let target = state.journal[Int(seq)]
    return try act(TestClinic.ana, [TestClinic.ben]) {
      try $0.add(
        $0.draft(
          Correction(
            entry: seq, reason: reason, effective: target.effectiveAt,
            reversal: target.postings.reversed)))
    }
  }

  /// Counts what is sealed in the vault; a difference stands in a case.
  func count(short: Int64) throws {
    let position = Position(TestClinic.vault)
    try act(TestClinic.ben, [TestClinic.ana]) { writing in
      let book = writing.state.balance(.stock(position), TestClinic.ketamine)
      try writing.add(
        writing.draft(
          PhysicalCount(
            method: .counted,
            lines: [
              .init(
                item: TestClinic.ketamine, position: position,
                counted: book - Amount(thousandths: short), book: book,
                caseID: short == 0 ? nil : writing.state.newCase)
            ])))
    }
  }

  /// The digests of everything private about a patient, as the desk collects them.
  func digests(of patient: PatientID) throws -> [String] {
    let seqs = state.journal.filter { $0.patient == patient }.map(\.seq)
    return try custodian.store.read { snapshot in
      try seqs.flatMap { try snapshot.openings(of: $0) }.map(\.digest)
    }
  }

  func erase(_ patient: PatientID, keptUntil: String) throws {
    let digests = try digests(of: patient)
    try act(TestClinic.ana, [TestClinic.ben]) {
      try $0.add(
        $0.draft(
          Erasure(digests: digests, subject: patient, keptUntil: try CivilDate(keptUntil))))
    }
  }
}

/// A real ledger of some three hundred entries, made once and copied for each test.
enum SampleLedger {
  /// When it ends.
  static let end = "2030-06-01T08:00:00.000Z"

  static let folder: Folder = {
    let folder = Folder()
    // A constant of the process has no last user.
    atexit { try? FileManager.default.removeItem(atPath: SampleLedger.folder.path) }
    do {
      try write(folder.path)
      for name in ["ledger.db", "vault.db"] {
        let ran = try run(["sqlite3", folder.path + "/" + name, "PRAGMA wal_checkpoint(TRUNCATE)"])
        if ran.status != 0 { Issue.record("cannot fold \(name): \(ran.output)") }
      }
    } catch { Issue.record("the sample cannot be made: \(error)") }
    return folder
  }()

  private static func write(_ path: String) throws {
    let clinic = try TestClinic(founding: path)
    let patients = TestClinic.patients
    try clinic.dose(patients[0], note: "first of its kind")
    clinic.clock.step(minutes: 3 * 366 * 1_440)
    try clinic.erase(patients[0], keptUntil: "2028-11-21")
    for index in 0..<88 {
      try clinic.dose(
        patients[1 + index % 2], by: index % 5 == 0 ? TestClinic.ana : TestClinic.cai,
        witness: index % 3 == 0 ? TestClinic.ben : TestClinic.dee,
        note: index % 7 == 0 ? TestClinic.freeText : nil)
    }
    let given = clinic.state.journal.last { $0.type == Administration.type }!
    try clinic.correct(given.seq)
    let draw = clinic.state.openDraws[0]
    try clinic.act(TestClinic.cai) {
      try $0.add(
        $0.draft(
          Administration(
            draw: draw.id, item: draw.item, quantity: clinic.state.remaining(draw),
            milligrams: nil, recipient: draw.patient!)))
    }
    try clinic.dose(patients[1], at: clinic.clock.now.adding(milliseconds: -120_000 * 60))
    try clinic.everythingElse()
    try clinic.count(short: 5_000)
    try clinic.act {
      try $0.add(
        $0.draft(
          Move(
            item: TestClinic.spray, from: Position(TestClinic.vault), to: TestClinic.room,
            amount: Amount(thousandths: 2_000))))
    }
  }

  /// A copy of its own.
  static func copy() throws -> Copy { try Copy(of: folder.path) }
}

/// A copy of a ledger, to be damaged.
final class Copy {
  let folder: Folder
  var path: String { folder.path }
  var ledger: String { path + "/ledger.db" }

  init(of source: String) throws {
    folder = Folder()
    for name in try FileManager.default.contentsOfDirectory(atPath: source)
    where name.hasPrefix("ledger.db") || name.hasPrefix("vault.db") {
      if name.hasSuffix("-shm") { continue }
      try FileManager.default.copyItem(
        atPath: source + "/" + name, toPath: folder.path + "/" + name)
    }
  }

  func verify(
    trust: TrustFile? = nil, earlier: [Checkpoint] = []
  ) throws -> VerificationReport { try verifiedFolder(path, trust: trust, earlier: earlier) }

  /// Runs SQL as somebody who knows SQLite: no guards, no checks, and the guards put back.
  func damage(_ sql: String) throws {
    let list = "SELECT sql || ';' FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"
    let guards = try run(["sqlite3", ledger, list]).output
    let names = try run([
      "sqlite3", ledger, "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
    ]).output.split(separator: "\n")
    let drops = names.map { "DROP TRIGGER \($0);" }.joined(separator: "\n")
    try script("PRAGMA ignore_check_constraints=1;\n\(drops)\nBEGIN;\n\(sql);\nCOMMIT;\n\(guards)")
  }

  func script(_ sql: String) throws {
    let file = path + "/damage.sql"
    try sql.write(toFile: file, atomically: true, encoding: .utf8)
    let ran = try run(["sqlite3", "-bail", ledger, ".read \(file)"])
    try FileManager.default.removeItem(atPath: file)
    #expect(ran.status == 0 && ran.output.isEmpty, "the damage failed: \(ran.output.prefix(400))")
  }

  /// The first column of a query.
  func numbers(_ sql: String) throws -> [Int64] {
    try run(["sqlite3", ledger, sql]).output.split(separator: "\n").compactMap { Int64($0) }
  }

  func dump() throws -> String { try run(["sqlite3", ledger, ".dump"]).output }
}

/// Verifies a folder.
func verifiedFolder(
  _ path: String, trust: TrustFile? = nil, earlier: [Checkpoint] = [], journal: String? = nil
) throws -> VerificationReport {
  let store = try LedgerStore.open(in: path, readOnly: true, journal: journal)
  return try LedgerVerification.verify(store: store, trust: trust, earlier: earlier)
}

/// What a program prints and how it ends.
struct Ran {
  let status: Int32
  let output: String
}

// One at a time: a process begun meanwhile would keep the end of another's pipe open.
private let oneProcess = Mutex(())

@discardableResult
func run(_ arguments: [String]) throws -> Ran {
  try oneProcess.withLock { _ in try spawn(arguments) }
}

private func spawn(_ arguments: [String]) throws -> Ran {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = arguments
  let output = Pipe()
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = output
  process.standardError = output
  try process.run()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return Ran(status: process.terminationStatus, output: String(decoding: data, as: UTF8.self))
}
