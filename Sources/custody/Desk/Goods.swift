import Dispensary
import Notation

/// Finds what people mean when they name a drug, a lot, a place or an amount.
extension Desk {
  /// A product by its id, a package's NDC in any form, or words of its name.
  func product(_ text: String) throws -> (product: Product, package: Package?) {
    if let id = try? ProductID(text.lowercased()), let product = state.products[id] {
      return (product, nil)
    }
    if text.contains(where: \.isNumber), text.contains("-") || text.utf8.count >= 11,
      let ndc = try? NDC(text)
    {
      return try package(named: ndc)
    }
    if text.utf8.count == 10, text.allSatisfy(\.isNumber) { _ = try NDC(text) }
    return (try product(called: text), nil)
  }

  /// A product that is on hand: of several with that name, the one that the lot or the place leaves.
  func product(
    _ text: String, lot: String?, place: String?
  ) throws -> (product: Product, package: Package?) {
    let isID = (try? ProductID(text.lowercased())).map { state.products[$0] != nil } ?? false
    guard !isID, lot != nil || place != nil else { return try product(text) }
    let at = try place.map(location)
    let fitting = Set(
      state.stock.filter { stock in
        (lot == nil || stock.item.lot.lowercased() == lot?.lowercased())
          && (at == nil || stock.position.location == at)
      }.map(\.item.product))
    let matches = products(called: text).filter { fitting.contains($0.id) }
    if matches.count == 1, let only = matches.first { return (only, nil) }
    return try product(text)
  }

  private func package(named ndc: NDC) throws -> (Product, Package?) {
    for product in state.products.values {
      if let package = product.package(named: ndc) { return (product, package) }
    }
    throw Failure.usage(
      "no product here has the package `\(ndc.text)`",
      hint: "`custody product import FILE` or `custody product add`")
  }

  private func product(called text: String) throws -> Product {
    let matches = products(called: text)
    // Of several products of one name, the one that is here is meant.
    let here = matches.filter { product in state.stock.contains { $0.item.product == product.id } }
    if let only = here.count == 1 ? here.first : matches.count == 1 ? matches.first : nil {
      return only
    }
    guard matches.isEmpty else {
      let list = matches.prefix(6).map { "`\($0.id.text)` \($0.name) \($0.strength.text)" }
      throw Failure.usage(
        "`\(text)` may be \(matches.count) products",
        hint: "name one: " + list.joined(separator: ", "))
    }
    throw Failure.usage(
      "product `\(text)` is not known",
      hint: suggestion(text) ?? "`custody product list` shows what is there")
  }

  /// The drug whose name, or a word of it, is the closest to what was typed.
  private func suggestion(_ text: String) -> String? {
    let typed = text.lowercased()
    if let id = Known.suggestion(typed, among: state.products.keys.map(\.text)) { return id }
    let words = state.products.values.flatMap { product in
      "\(product.name) \(product.genericName)".lowercased().split(separator: " ").map(String.init)
    }
    // In a short word, two edits are another word.
    let isShort = typed.utf8.count < 6
    return isShort ? nil : Known.suggestion(typed, among: words.filter { $0.utf8.count > 4 })
  }

  /// The products whose name has all these words.
  func products(called text: String) -> [Product] {
    let words = text.lowercased().split(separator: " ")
    return state.products.values.filter { product in
      // Words are matched from their beginning: `ketamine` does not mean esketamine.
      let names = "\(product.name) \(product.genericName) \(product.strength.text)".lowercased()
        .split(whereSeparator: { " ,/".contains($0) })
      return words.allSatisfy { word in names.contains { $0.hasPrefix(word) } }
    }.sorted { $0.id < $1.id }
  }

  func location(_ text: String) throws -> LocationID {
    let lower = text.lowercased()
    let hyphened = lower.replacing(" ", with: "-")
    let named = state.locations.filter { $0.value.name.lowercased() == lower }
    if let only = named.first, named.count == 1 { return only.key }
    let id = try LocationID(
      state.locations.keys.contains { $0.text == hyphened } ? hyphened : lower)
    if let fault = Known.location(id, in: state).first {
      throw Failure.usage(fault.text, hint: fault.hint)
    }
    return id
  }

  /// A patient by code. One that was merged is answered with the one that it became.
  func patient(_ text: String) throws -> PatientID {
    let named = try namedPatient(text)
    let id = state.survivor(of: named)
    if id != named { Console.say("\(code(named)) was merged: it is \(code(id)) now") }
    return id
  }

  /// A patient by code, merged or not.
  func namedPatient(_ typed: String) throws -> PatientID {
    let text = TypedWords.patient(typed)
    guard let code = try? PatientCode(text) else {
      throw Failure.usage(
        "that is not a patient's code", hint: "codes look like `P-12`; `custody patient find NAME`")
    }
    guard let patient = state.patient(code) else {
      throw Failure.usage(
        "patient `\(code.text)` is not known", hint: "`custody patient find NAME`")
    }
    return patient.id
  }

  func draw(_ text: String) throws -> DrawRecord {
    let id = try DrawID(text)
    guard let draw = state.draws[id] else {
      let hint = Known.suggestion(id.text, among: state.openDraws.map(\.id.text))
      throw Failure.usage(
        "draw `\(id.text)` is not known", hint: hint ?? "`custody status` lists open draws")
    }
    return draw
  }

  /// An amount of a product: `0.7mL`, `70mg`, `3 devices`; milligrams are turned into what can be
  /// measured, and the turn is spoken.
  ///
  /// - Parameter inHands: a part of what somebody holds, which may be half a tablet; a shelf gives
  ///   whole units only.
  func amount(
    _ text: String, of product: Product, allowZero: Bool = false, inHands: Bool = false
  ) throws -> Amount {
    let text = AmountWords.spelled(text)
    let typed = try TypedAmount(text, allowZero: allowZero)
    let measured = try typed.measured(in: product.baseUnit, strength: product.strength)
    if case .mass = typed {
      // What is exact is said once, as it will be recorded.
      let how = measured.isRounded ? "\(measured.exact), measured as " : ""
      Console.say("\(text) is \(how)\(measured.quantity)")
    }
    if product.countsWholeUnits && !inHands && !measured.quantity.isWhole {
      throw Failure.usage(
        "`\(text)` is not a whole number of \(product.baseUnit.plural)",
        hint: "\(product.name) is counted in whole \(product.baseUnit.plural)")
    }
    return measured.quantity.amount
  }

  /// An amount of unopened goods: `10 vials`, `2 kits`, `50 mL`, `6 devices`.
  func goods(_ text: String, of product: Product, _ package: Package?) throws -> Goods {
    let text = AmountWords.spelled(text)
    if let goods = try packed(text, of: product, package) { return goods }
    let typed = try TypedAmount(text, allowZero: true)
    if case .quantity(_, nil) = typed, !product.countsWholeUnits {
      throw Failure.usage(
        "`\(text)` of \(product.name) may be containers or \(product.baseUnit.plural)",
        hint: "write `\(text) vials` or `\(text) \(product.baseUnit.singular)`")
    }
    let quantity = try typed.measured(in: product.baseUnit, strength: product.strength).quantity
    guard !product.countsWholeUnits || quantity.isWhole else {
      throw Failure.usage("`\(text)` is not a whole number of \(product.baseUnit.plural)")
    }
    return Goods(amount: quantity.amount, holding: .sealed)
  }

  /// What a number of unopened goods comes to, and how it is held.
  struct Goods {
    var amount: Amount
    var holding: Position.Holding
    var kits: Int64?
  }

  private static let containerWords: Set<String> = [
    "vial", "vials", "bottle", "bottles", "jar", "jars", "container", "containers",
  ]
  private static let packWords: Set<String> = [
    "kit", "kits", "pack", "packs", "carton", "cartons", "box", "boxes",
  ]

  private func packed(_ text: String, of product: Product, _ package: Package?) throws -> Goods? {
    let parts = text.split(separator: " ").map { $0.lowercased() }
    guard parts.count == 2 else { return nil }
    let isContainer = Desk.containerWords.contains(parts[1])
    guard isContainer || Desk.packWords.contains(parts[1]) else { return nil }
    guard let number = Int64(parts[0]), (0...1_000_000).contains(number) else {
      throw Failure.usage(
        "`\(parts[0])` is not a number of \(parts[1])", hint: "write such as `2 \(parts[1])`")
    }
    if isContainer {
      let size = try containerSize(of: product, package)
      return Goods(amount: try size.times(number).amount, holding: .sealed)
    }
    let pack = try onePackage(of: product, package, kit: parts[1].hasPrefix("kit"))
    let contents = try pack.contents.times(number).amount
    guard pack.isKit, let ndc = pack.ndc else { return Goods(amount: contents, holding: .sealed) }
    return Goods(amount: contents, holding: .kit(ndc.text), kits: number)
  }

  /// The labeled content of one container of a product.
  func containerSize(of product: Product, _ package: Package?) throws -> Quantity {
    if let package { return package.container }
    let sizes = product.packages.map(\.container).unique
    guard sizes.count == 1, let size = sizes.first else {
      throw Failure.usage(
        "\(product.name) comes in containers of "
          + sizes.map(\.description).joined(separator: " and "),
        hint: "name the package by its NDC: "
          + product.packages.compactMap { $0.ndc?.text }.joined(separator: ", "))
    }
    return size
  }

  private func onePackage(of product: Product, _ package: Package?, kit: Bool) throws -> Package {
    if let package { return package }
    let choice = product.packages.filter { !kit || $0.isKit }
    guard choice.count == 1, let only = choice.first else {
      throw Failure.usage(
        "\(product.name) comes in \(choice.count) packages",
        hint: "name one by its NDC: "
          + choice.compactMap { pack in pack.ndc.map { "\($0.text) (\(pack.contents))" } }
          .joined(separator: ", "))
    }
    return only
  }

  typealias Stock = (position: Position, item: Item, amount: Amount)

  /// The one lot of a product at a place, or the lot that is named.
  ///
  /// - Parameters:
  ///   - owner: the patient whose stock is meant, where there is any; general stock otherwise.
  ///   - status: the status that is meant; without it, what is available, where there is any.
  func stock(
    _ product: Product, lot: String?, at location: LocationID?, for owner: PatientID? = nil,
    status: Position.Status? = nil, as what: String? = nil,
    where matches: (Position) -> Bool = { $0.holding == .sealed }
  ) throws -> Stock {
    let lot = knownLot(lot, of: product.id)
    let all = state.stock.filter { stock in
      stock.item.product == product.id && matches(stock.position)
        && (lot == nil || stock.item.lot == lot)
        && (location == nil || stock.position.location == location)
        && (status == nil || stock.position.status == status)
    }
    let here = meant(meant(all) { state.isSameOwner($0.position.owner, owner?.text ?? "general") })
    {
      $0.position.status == .available
    }
    if here.count == 1 { return here[0] }
    guard here.isEmpty else {
      let list = here.map { stock in
        "lot \(stock.item.lot) at \(stock.position.location.text)"
          + (stock.position.status == .available ? "" : " (\(stock.position.status.rawValue))")
      }
      throw Failure.usage(
        "\(product.name) is in \(here.count) places: " + list.joined(separator: ", "),
        hint: "say which, with `--lot` and the place")
    }
    throw missing(product, lot, location, what)
  }

  /// A lot as it is printed, whatever the case of what was typed.
  func knownLot(_ text: String?, of product: ProductID) -> String? {
    guard let text else { return nil }
    let lots = state.lots(of: product)
    let alike = lots.filter { $0.lowercased() == text.lowercased() }
    return lots.contains(text) ? text : alike.count == 1 ? alike[0] : text
  }

  /// Those of several that are likely to be meant, if there are any.
  private func meant(_ stock: [Stock], _ isLikely: (Stock) -> Bool) -> [Stock] {
    let likely = stock.filter(isLikely)
    return likely.isEmpty ? stock : likely
  }

  private func missing(
    _ product: Product, _ lot: String?, _ location: LocationID?, _ what: String?
  ) -> Failure {
    let all = state.stock.filter { $0.item.product == product.id }
    let lots = all.map { "lot \($0.item.lot) at \(place(.stock($0.position)))" }
    let what =
      what
      ?? (product.countsWholeUnits ? "single \(product.baseUnit.plural)" : "unopened containers")
    let name = lot.map { "lot `\($0)` of \(product.name)" } ?? product.name
    let site = location.map { " at `\($0.text)`" } ?? ""
    let kits = all.contains { if case .kit = $0.position.holding { true } else { false } }
    let unpack = kits ? "; `custody unpack` makes single \(product.baseUnit.plural) of kits" : ""
    return Failure(
      .notEnough, "there are no \(what) of \(name) on hand\(site)",
      hint: lots.isEmpty
        ? "`custody status` shows what is on hand"
        : "there is " + lots.joined(separator: ", ") + unpack)
  }
}
