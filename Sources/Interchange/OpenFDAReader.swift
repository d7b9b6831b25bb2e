internal import Dispensary
internal import Notation

/// Takes the records of a file one after the other and keeps a line on each.
struct OpenFDAReader {
  private(set) var products: [Product] = []
  private(set) var lines: [ImportLine] = []
  private let includingSamples: Bool
  private var places: [String: String] = [:]

  init(includingSamples: Bool) { self.includingSamples = includingSamples }

  mutating func take(_ json: JSON, at place: String) {
    let record = OpenFDARecord(json, place: place)
    if let outcome = refusal(of: record) {
      return report(record, outcome)
    }
    var counted: [CountedPackage] = []
    do {
      counted = try record.countedPackages()
      let product = try record.product(counted, includingSamples: includingSamples)
      places[record.code] = place
      products.append(product)
      report(record, .taken)
      lines += record.packageLines(counted, includingSamples: includingSamples)
    } catch {
      report(record, .unreadable(error.text), counted)
    }
  }

  /// Why a record is not looked into, or nil. The order matters to the reader of the report:
  /// what is no record, then what is not ours, then what is here already.
  private func refusal(of record: OpenFDARecord) -> ImportLine.Outcome? {
    guard record.isObject else { return .unreadable("the record is not an object") }
    do {
      if let reason = try record.reasonToSkip() { return .skipped(reason) }
      guard !record.code.isEmpty else { return .unreadable("`product_ndc` is missing") }
    } catch {
      return .unreadable(error.text)
    }
    return places[record.code].map { .skipped("is the same product as \($0)") }
  }

  /// The line of a product; where the product is not taken, one for each of its packages too.
  private mutating func report(
    _ record: OpenFDARecord, _ outcome: ImportLine.Outcome, _ counted: [CountedPackage] = []
  ) {
    lines.append(
      ImportLine(
        subject: .product, place: record.place, code: record.code, name: record.name,
        outcome: outcome))
    guard outcome.kind != .taken else { return }
    for (index, package) in record.packages.enumerated() {
      if counted.indices.contains(index), let fault = counted[index].fault {
        lines.append(package.line(.unreadable(fault)))
        continue
      }
      lines.append(package.line(.skipped("its product was \(outcome.kind.rawValue)")))
    }
  }
}

/// One record of the file: a product and its packages.
struct OpenFDARecord {
  let place: String
  private let json: JSON

  init(_ json: JSON, place: String) { (self.json, self.place) = (json, place) }

  var isObject: Bool { json.members != nil }
  var code: String { json["product_ndc"]?.text ?? "" }
  private var brand: String? { text("brand_name") }
  var name: String { brand ?? text("generic_name") ?? "" }

  var packages: [OpenFDAPackage] {
    (json["packaging"]?.items ?? []).enumerated().map {
      OpenFDAPackage($0.element, place: "\(place).packaging[\($0.offset)]")
    }
  }

  /// Why the product is not for a formulary of Schedule III, or nil.
  func reasonToSkip() throws(VocabularyError) -> String? {
    guard let stated = text("dea_schedule") else {
      guard
        json["dea_schedule"] == nil || json["dea_schedule"] == .null
          || json["dea_schedule"] == ""
      else { throw wrong("dea_schedule", "text") }
      return "is not scheduled"
    }
    let schedule = try Schedule(stated)
    guard schedule == .three else { return "is \(schedule.text), not CIII" }
    let categories = [text("product_type"), text("marketing_category")].compactMap { $0 }
    if let category = categories.first(where: {
      $0 == "DRUG FOR FURTHER PROCESSING" || $0.hasPrefix("BULK INGREDIENT")
    }) {
      return "is listed as \(category), not as a finished product"
    }
    // A record without the member is taken as finished: older downloads do not have it.
    guard let finished = json["finished"] else { return nil }
    guard let isFinished = finished.truth else { throw wrong("finished", "true or false") }
    return isFinished ? nil : "is not a finished product"
  }

  /// Every package with the way it is counted, or what is wrong with it.
  func countedPackages() throws(VocabularyError) -> [CountedPackage] {
    guard json["packaging"]?.items != nil else { throw wrong("packaging", "an array") }
    let strength = try strengthText(0)
    var counted: [CountedPackage] = []
    for package in packages {
      let earlier = counted.map(\.package.code)
      let result = package.counted(product: code, strength: strength, form: text("dosage_form"))
      let isTwin = !package.code.isEmpty && earlier.contains(package.code)
      counted.append(
        CountedPackage(
          package: package,
          result: isTwin ? .failure(PackageFault("is in the product already")) : result))
    }
    return CountedPackage.agreeing(counted)
  }

  func product(
    _ counted: [CountedPackage], includingSamples: Bool
  ) throws(VocabularyError) -> Product {
    // A sample that is left out still tells how the product is counted.
    guard let first = counted.lazy.compactMap(\.content).first else {
      let why = counted.first?.fault.map { ": \($0)" } ?? ""
      throw VocabularyError(.productMalformed, "no package tells how it is counted\(why)")
    }
    let taken = counted.filter { includingSamples || !$0.package.isSample }
    return try Product(
      id: ProductID(code), name: name, genericName: try required("generic_name"),
      labeler: try required("labeler_name"), schedule: .three, form: text("dosage_form"),
      routes: json["route"]?.texts ?? [], ingredients: try ingredients(),
      strength: first.strength, packages: taken.compactMap { $0.content?.package },
      isMultiDose: counted.contains { $0.content?.isMultiDose == true }, provenance: .openFDA)
  }

  func packageLines(_ counted: [CountedPackage], includingSamples: Bool) -> [ImportLine] {
    counted.map { counted in
      if let fault = counted.fault { return counted.package.line(.unreadable(fault)) }
      guard includingSamples || !counted.package.isSample else {
        return counted.package.line(.skipped("is a sample"))
      }
      return counted.package.line(.taken)
    }
  }

  private func ingredients() throws(VocabularyError) -> [Product.Ingredient] {
    var ingredients: [Product.Ingredient] = []
    for index in (json["active_ingredients"]?.items ?? []).indices {
      guard let name = json["active_ingredients"]?.items?[index]["name"]?.text, !name.isEmpty
      else { throw wrong("active_ingredients[\(index)].name", "text") }
      ingredients.append(
        Product.Ingredient(
          Substance(listed: name, in: .three), strength: try strengthText(index)))
    }
    return ingredients
  }

  private func strengthText(_ index: Int) throws(VocabularyError) -> String {
    guard let items = json["active_ingredients"]?.items, items.indices.contains(index),
      let strength = items[index]["strength"]?.text
    else { throw wrong("active_ingredients[\(index)].strength", "text") }
    return strength
  }

  /// The member without spaces at its ends; nil if it is absent, null, empty or no text.
  private func text(_ key: String) -> String? { json[key]?.text.flatMap(nonEmpty) }

  private func required(_ key: String) throws(VocabularyError) -> String {
    guard let text = text(key) else { throw wrong(key, "text") }
    return text
  }

  private func wrong(_ key: String, _ expected: String) -> VocabularyError {
    VocabularyError(.productMalformed, "`\(key)` is missing or is not \(expected)")
  }
}

/// One element of `packaging`.
struct OpenFDAPackage {
  let place: String
  private let json: JSON

  init(_ json: JSON, place: String) { (self.json, self.place) = (json, place) }

  var code: String { json["package_ndc"]?.text ?? "" }
  var details: String { json["description"]?.text ?? "" }
  var isSample: Bool { json["sample"]?.truth ?? false }

  func line(_ outcome: ImportLine.Outcome) -> ImportLine {
    ImportLine(subject: .package, place: place, code: code, name: details, outcome: outcome)
  }

  func counted(
    product: String, strength: String, form: String?
  ) -> Result<PackageContent, PackageFault> {
    do {
      let ndc = try NDC(code)
      guard ndc.productText == product else {
        return .failure(PackageFault("`\(ndc)` is not a package of `\(product)`"))
      }
      guard json["sample"] == nil || json["sample"]?.truth != nil else {
        return .failure(PackageFault("`sample` is not true or false"))
      }
      let levels = try PackageLevel.levels(of: details)
      if let outer = levels.first?.ndc, !outer.denotesSamePackage(as: ndc) {
        return .failure(PackageFault("the description names `\(outer)`, not `\(ndc)`"))
      }
      return .success(
        try PackageContent(
          ndc: ndc, levels: levels, description: details, isSample: isSample,
          strength: strength, form: form))
    } catch let error as VocabularyError {
      return .failure(PackageFault(error.text))
    } catch let fault as PackageFault {
      return .failure(fault)
    } catch let error as QuantityError {
      return .failure(PackageFault(error.text))
    } catch {
      return .failure(PackageFault("\(error)"))
    }
  }
}

/// What is wrong with one package.
struct PackageFault: Error {
  let text: String
  init(_ text: String) { self.text = text }
}

/// A package of the file with its content or its fault.
struct CountedPackage {
  let package: OpenFDAPackage
  let result: Result<PackageContent, PackageFault>

  var content: PackageContent? { try? result.get() }

  var fault: String? {
    if case .failure(let fault) = result { fault.text } else { nil }
  }

  /// The first package that could be read sets unit and strength; those that differ are faults.
  static func agreeing(_ counted: [CountedPackage]) -> [CountedPackage] {
    guard let first = counted.lazy.compactMap(\.content).first else { return counted }
    return counted.map { one in
      guard let content = one.content, content.strength != first.strength else { return one }
      let text =
        content.strength.unit == first.strength.unit
        ? "holds \(content.strength), the packages before \(first.strength)"
        : "is counted in \(content.strength.unit.plural), the packages before in "
          + first.strength.unit.plural
      return CountedPackage(package: one.package, result: .failure(PackageFault(text)))
    }
  }
}

private func nonEmpty(_ text: String) -> String? {
  let trimmed = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  return trimmed.isEmpty ? nil : trimmed.normalized
}
