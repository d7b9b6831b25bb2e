import ArgumentParser
import Dispensary
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping

/// `custody patient`.
struct PatientCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patient", abstract: "Patients, whose names and addresses stay in the vault.",
    subcommands: [Add.self, Find.self])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a patient.",
      discussion: """
        Name and address are required by 21 CFR 1304.22(c). They go to the vault; the ledger holds \
        salted digests and a random identifier. Without options they are asked for, so that they \
        need not stand in the shell's history.
        """)
    @OptionGroup var ledger: LedgerOptions
    @OptionGroup var signing: SigningOptions
    @Option(help: "The full name.") var name: String?
    @Option(help: "The address.") var address: String?
    @Option(help: "The birth date, as 1980-02-29.") var born: String?

    func run() throws {
      let desk = try Desk.open(ledger)
      let name = try self.name ?? ask("name: ")
      let address = try self.address ?? ask("address: ")
      for (what, text) in [("name", name), ("address", address)] {
        guard !text.isEmpty, text.utf8.count <= 300 else {
          throw Failure.usage("the \(what) is empty or longer than 300 characters")
        }
      }
      let born = try self.born.map(date)
      var privates = [Private("name", name), Private("address", address)]
      if let born { privates.append(Private("birth_date", born)) }
      let id = try PatientID(Base32.encode(Chance.bytes(10)))
      try desk.record(signing) {
        try $0.add($0.draft(PatientAdded(id: id), privates: privates, witnessed: true))
      }
    }

    /// What was typed is not repeated: it is about a patient even when it is wrong.
    private func date(_ text: String) throws -> String {
      guard let date = try? CivilDate(text) else {
        throw Failure.usage(
          "the birth date is not a date", hint: "write year, month and day, such as `1980-02-29`")
      }
      return date.text
    }

    private func ask(_ question: String) throws -> String {
      guard Console.isInteractive else {
        throw Failure.usage(
          "a patient needs a name and an address", hint: "add `--name` and `--address`")
      }
      Console.prompt(question)
      return readLine() ?? ""
    }
  }

  struct Find: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Find patients by a part of their name.")
    @OptionGroup var ledger: LedgerOptions
    @Argument(help: "A part of the name, or a code such as `P-12`.") var text: String

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let found = try PatientNames.all(desk).filter { row in
        row.name.lowercased().contains(text.lowercased()) || row.code == text.uppercased()
      }
      guard !found.isEmpty else {
        throw Failure(.failed, "no patient fits that", hint: "`custody patient add` adds one")
      }
      Listing.print(
        ledger, "patients", ["patient", "name", "address"],
        found.map { [$0.code, $0.name, $0.address] })
    }
  }
}

/// Reads the openings of patients out of the vault.
enum PatientNames {
  struct Row {
    let code: String
    let name: String
    let address: String
  }

  static func all(_ desk: Desk) throws -> [Row] {
    let patients = desk.state.patients.values.sorted { $0.code < $1.code }
    return try desk.custodian.store.read { snapshot in
      try patients.map { patient in
        let values = try snapshot.openings(of: patient.addedAt).compactMap { opening in
          (try? Disclosure(opening.disclosure)).map { ($0.name, $0.value.text ?? "") }
        }
        let byName = Dictionary(values) { first, _ in first }
        return Row(
          code: patient.code.text, name: byName["name"] ?? "(erased)",
          address: byName["address"] ?? "(erased)")
      }
    }
  }
}
