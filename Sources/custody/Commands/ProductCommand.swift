import ArgumentParser
import Dispensary
import Foundation
import Interchange
import Notation
import Recordkeeping

/// `custody product`.
struct ProductCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "product", abstract: "Drugs that the site may hold.",
    subcommands: [Import.self, Add.self, List.self, Show.self])

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take products from an openFDA drug/ndc file.",
      discussion: "Every product and package of the file is listed, with what was done and why.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "The JSON file.") var file: String
    @Flag(help: "Take packages that are marked as samples, too.") var samples = false
    @Option(help: "Take only this product, such as `0409-2051`. Repeatable.") var only: [String] =
      []

    func run() throws {
      let desk = try Desk.open(ledger)
      guard let data = FileManager.default.contents(atPath: file) else {
        throw Failure.usage(
          "the file `\(file)` cannot be read", hint: "see that it is there and may be read")
      }
      let reading = try read(Array(data))
      var products = reading.products
      if !only.isEmpty {
        let missing = asked.first { name in !products.contains { $0.id.text == name } }
        if let missing {
          throw Failure.usage(
            "`\(file)` has no product `\(missing)` that can be taken",
            hint: "`custody product import FILE --dry-run` lists what it has, and what is skipped")
        }
        products = products.filter { asked.contains($0.id.text) }
      }
      if !ledger.json { list(reading) }
      let new = products.filter { desk.state.products[$0.id] == nil }
      for known in products where desk.state.products[known.id] != nil {
        Console.say("\(known.id.text) is here already, and stays as it is")
      }
      guard !new.isEmpty else {
        throw Failure(.failed, "there is nothing new to take from `\(file)`")
      }
      try desk.record(signing) { writing in
        for product in new { try writing.add(writing.draft(ProductAdded(product: product))) }
      }
    }

    /// The products asked for; the NDC of a package names the product that it belongs to.
    private var asked: [String] {
      only.map { $0.split(separator: "-").prefix(2).joined(separator: "-") }
    }

    private func read(_ bytes: [UInt8]) throws -> OpenFDAReading {
      do { return try OpenFDA.read(bytes, includingSamples: samples) } catch {
        let place = error.underlying.map { ": \($0)" } ?? ""
        throw Failure.usage("`\(file)`: \(error.text)\(place)", hint: error.hint)
      }
    }

    /// Every line of the file, or those of the products that were asked for.
    private func list(_ reading: OpenFDAReading) {
      for line in reading.lines where only.isEmpty || asked.contains(where: line.code.hasPrefix) {
        Console.say(line.description)
      }
      let taken = reading.count(.taken, of: .product)
      let skipped = reading.count(.skipped, of: .product)
      let unreadable = reading.count(.unreadable, of: .product)
      let chosen = only.isEmpty ? "" : "; \(only.count) asked for with `--only`"
      Console.say(
        "\(taken) products can be taken, \(skipped) are skipped, \(unreadable) are unreadable"
          + chosen)
    }
  }

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Add a product by hand, such as a compounded one.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @OptionGroup(title: "Who signs") var signing: SigningOptions
    @Argument(help: "A short name, such as `ketamine-nasal`.") var id: String
    @Option(help: "The name on the label.") var name: String
    @Option(help: "The substance, such as `ketamine hydrochloride`.") var substance: String
    @Option(help: "The strength, such as `100 mg/mL` or `28 mg/1`.") var strength: String
    @Option(
      help:
        "What it is counted in, where the strength does not say: device, tablet, film, packet, capsule, patch."
    )
    var unit: String?
    @Option(help: "The labeled content of one container, such as `5mL`.") var container: String
    @Option(help: "The package's NDC.") var ndc: String?
    @Option(help: "How many containers the package holds.") var containers: Int64 = 1
    @Option(help: "Who makes or labels it.") var labeler: String = "house"
    @Flag(help: "The container may be entered more than once.") var multiDose = false
    @Option(help: "Days for which an opened container may be used.") var beyondUseDays: Int?
    @Option(help: "The schedule.") var schedule: String = "CIII"
    @Flag(help: "The house compounds it; it has no NDC.") var compounded = false

    func validate() throws {
      if compounded && ndc != nil {
        throw ValidationError("what the house compounds has no NDC")
      }
    }

    func run() throws {
      let desk = try Desk.open(ledger)
      let event = ProductAdded(product: try product())
      try desk.record(signing) { try $0.add($0.draft(event)) }
    }

    private func product() throws -> Product {
      let schedule = try Schedule(self.schedule)
      let strength = try Strength(self.strength, piece: try piece())
      let size = try TypedAmount(container).measured(in: strength.unit, strength: strength)
      let package = try Package(
        ndc: try ndc.map { try NDC($0) }, container: size.quantity, containers: containers)
      return try Product(
        id: try ProductID(id), name: name, genericName: substance, labeler: labeler,
        schedule: schedule,
        ingredients: [
          Product.Ingredient(Substance(listed: substance, in: schedule), strength: self.strength)
        ], strength: strength, packages: [package], isMultiDose: multiDose,
        beyondUseDays: beyondUseDays ?? (multiDose ? Product.beyondUseDays : nil),
        provenance: compounded ? .compounded : .typed)
    }

    private func piece() throws -> BaseUnit {
      guard let unit else { return .device }
      guard let piece = BaseUnit(word: unit), piece.isCounted else {
        throw Failure.usage(
          "`\(unit)` is not a unit that is counted",
          hint: "one of device, tablet, capsule, film, patch, packet")
      }
      return piece
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the products.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let products = desk.state.products.values.sorted { $0.id < $1.id }
      Listing.print(
        ledger, "products", ["product", "name", "strength", "schedule", "counted in"],
        products.map {
          [$0.id.text, $0.name, $0.strength.text, $0.schedule.text, $0.baseUnit.singular]
        })
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one product.")
    @OptionGroup(title: "The ledger") var ledger: LedgerOptions
    @Argument(help: "A product, an NDC, or words of the name.") var product: String

    func run() throws {
      let desk = try Desk.open(ledger, readOnly: true)
      let product = try desk.product(self.product).product
      if ledger.json {
        return Console.print(["schema": "custody/product/1", "product": product.wire])
      }
      Console.print(
        "\(product.id.text)  \(product.name) (\(product.genericName)), \(product.labeler)")
      Console.print(
        "  \(product.strength.text), \(product.schedule.text)\(product.isNarcotic ? ", narcotic" : "")"
      )
      if product.provenance == .compounded { Console.print("  compounded by the house") }
      if let days = product.beyondUseDays { Console.print("  \(tally(days, "day")) after opening") }
      for package in product.packages {
        let ndc =
          package.ndc.map { "\($0.text)  11 digits \($0.eleven ?? "-")  12 digits \($0.twelve)" }
          ?? "no NDC"
        Console.print("  \(ndc)\n    \(package.description)")
        Console.print("    \(package.containers) x \(package.container) = \(package.contents)")
      }
    }
  }
}
