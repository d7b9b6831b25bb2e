package import Notation

extension Product {
  /// The product as an entry of the ledger holds it. What is absent, empty or false is left out;
  /// amounts are decimal text, and each level of packing is one line of text.
  ///
  ///     {"containers":10,"container":"5.000","levels":["10 VIAL in 1 TRAY (65219-186-05)", …], …}
  package var wire: JSON {
    var fields: [String: JSON] = [
      "id": .string(id.text), "name": .string(name), "generic": .string(genericName),
      "labeler": .string(labeler), "schedule": .string(schedule.text),
      "strength": strength.wire, "provenance": .string(provenance.rawValue),
      "ingredients": .array(ingredients.map(\.wire)),
    ]
    fields["form"] = form.map { .string($0) }
    fields["routes"] = routes.isEmpty ? nil : .array(routes.map { .string($0) })
    fields["packages"] = packages.isEmpty ? nil : .array(packages.map(\.wire))
    fields["multi_dose"] = isMultiDose ? true : nil
    fields["beyond_use_days"] = beyondUseDays.map { .integer(Int64($0)) }
    fields["overfill"] = overfillLimit.map { .string($0.wireText) }
    return .object(fields)
  }

  /// Reads ``wire`` back and refuses everything that it would not have written.
  package init(wire: JSON) throws(VocabularyError) {
    let fields = WireFields(wire, of: "a product")
    let strength = try Strength(wire: try fields.required("strength"))
    var ingredients: [Ingredient] = []
    for item in try fields.list("ingredients") { ingredients.append(try Ingredient(wire: item)) }
    var packages: [Package] = []
    for item in try fields.list("packages") {
      packages.append(try Package(wire: item, strength.unit))
    }
    guard let provenance = Provenance(rawValue: try fields.text("provenance")) else {
      throw fields.fault("provenance")
    }
    try self.init(
      id: ProductID(try fields.text("id")), name: try fields.text("name"),
      genericName: try fields.text("generic"), labeler: try fields.text("labeler"),
      schedule: Schedule(try fields.text("schedule")), form: try fields.optionalText("form"),
      routes: try fields.texts("routes"), ingredients: ingredients, strength: strength,
      packages: packages, isMultiDose: try fields.truth("multi_dose"),
      beyondUseDays: try fields.optionalWhole("beyond_use_days").map { Int($0) },
      overfillLimit: try fields.optionalAmount("overfill", strength.unit),
      provenance: provenance)
    // Leftovers, nulls and spellings of ours that are not the shortest all end here.
    guard self.wire == wire else { throw fields.fault("the whole") }
  }
}

extension Strength {
  fileprivate var wire: JSON {
    [
      "text": .string(text), "micrograms": .integer(micrograms),
      "thousandths": .integer(thousandths), "unit": .string(unit.code),
    ]
  }

  fileprivate init(wire: JSON) throws(VocabularyError) {
    let fields = WireFields(wire, of: "a strength")
    let text = try fields.text("text")
    guard let unit = BaseUnit(rawValue: try fields.text("unit")), isLine(text),
      let read = Strength(
        micrograms: Int128(try fields.whole("micrograms")),
        thousandths: Int128(try fields.whole("thousandths")), unit, text: text)
    else { throw fields.fault("the ratio") }
    self = read
  }
}

extension Product.Ingredient {
  fileprivate var wire: JSON {
    var fields: [String: JSON] = [
      "name": .string(substance.name), "strength": .string(strength),
    ]
    fields["salt"] = substance.salt.map { .string($0) }
    fields["schedule"] = substance.schedule.map { .string($0.text) }
    fields["narcotic"] = substance.isNarcotic ? true : nil
    return .object(fields)
  }

  fileprivate init(wire: JSON) throws(VocabularyError) {
    let fields = WireFields(wire, of: "an ingredient")
    let schedule = try fields.optionalText("schedule")
    let substance = Substance(
      name: try fields.text("name"), salt: try fields.optionalText("salt"),
      schedule: schedule == nil ? nil : try Schedule(schedule ?? ""),
      isNarcotic: try fields.truth("narcotic"))
    guard isLine(substance.name), substance.salt.map({ isLine($0) }) != false else {
      throw fields.fault("name")
    }
    self.init(substance, strength: try fields.text("strength"))
  }
}

extension Package {
  fileprivate var wire: JSON {
    var fields: [String: JSON] = [
      "container": .string(container.wireText), "containers": .integer(containers),
    ]
    fields["ndc"] = ndc.map { .string($0.text) }
    fields["levels"] = levels.isEmpty ? nil : .array(levels.map { .string($0.text) })
    fields["description"] = description.isEmpty ? nil : .string(description)
    fields["sample"] = isSample ? true : nil
    return .object(fields)
  }

  fileprivate init(wire: JSON, _ unit: BaseUnit) throws(VocabularyError) {
    let fields = WireFields(wire, of: "a package")
    let code = try fields.optionalText("ndc")
    var levels: [PackageLevel] = []
    for text in try fields.texts("levels") { levels.append(try PackageLevel(text)) }
    let description = try fields.optionalText("description") ?? ""
    guard description.unicodeScalars.count <= VocabularyLimits.descriptionCharacters,
      let container = try fields.optionalAmount("container", unit)
    else { throw fields.fault("container") }
    try self.init(
      ndc: code == nil ? nil : try NDC(code ?? ""), levels: levels, description: description,
      isSample: try fields.truth("sample"), container: container,
      containers: try fields.whole("containers"))
  }
}

/// The members of an object, each read as the kind that is expected.
private struct WireFields {
  private let value: JSON
  private let noun: String

  init(_ value: JSON, of noun: String) {
    self.value = value
    self.noun = noun
  }

  func required(_ key: String) throws(VocabularyError) -> JSON {
    guard let member = value[key] else { throw fault(key) }
    return member
  }

  func text(_ key: String) throws(VocabularyError) -> String {
    guard let text = value[key]?.text else { throw fault(key) }
    return text
  }

  func whole(_ key: String) throws(VocabularyError) -> Int64 {
    guard let whole = value[key]?.whole else { throw fault(key) }
    return whole
  }

  func optionalText(_ key: String) throws(VocabularyError) -> String? {
    value[key] == nil ? nil : try text(key)
  }

  func optionalWhole(_ key: String) throws(VocabularyError) -> Int64? {
    value[key] == nil ? nil : try whole(key)
  }

  func optionalAmount(_ key: String, _ unit: BaseUnit) throws(VocabularyError) -> Quantity? {
    guard let text = try optionalText(key) else { return nil }
    return try Quantity(wireText: text, unit)
  }

  func truth(_ key: String) throws(VocabularyError) -> Bool {
    guard let member = value[key] else { return false }
    guard member == true else { throw fault(key) }
    return true
  }

  func list(_ key: String) throws(VocabularyError) -> [JSON] {
    guard let member = value[key] else { return [] }
    guard let items = member.items else { throw fault(key) }
    return items
  }

  func texts(_ key: String) throws(VocabularyError) -> [String] {
    guard let member = value[key] else { return [] }
    guard let texts = member.texts else { throw fault(key) }
    return texts
  }

  func fault(_ key: String) -> VocabularyError {
    VocabularyError(.productMalformed, "the entry does not hold \(noun): wrong at `\(key)`")
  }
}
