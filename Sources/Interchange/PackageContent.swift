internal import Dispensary

/// What a package of a listing holds, counted the way the counter handles it.
///
/// - Liquids in vials and bottles count in milliliters, powders and pumps in grams.
/// - A prefilled syringe is a device whatever it holds, and so is a spray: a single-use vial of
///   at most half a milliliter whose strength is stated for exactly its content.
/// - A packet of gel or granules is a packet; its mass is in the strength.
/// - Tablets, capsules and films count by the piece; their container is the bottle or pouch.
struct PackageContent {
  let package: Package
  /// Mass per base unit.
  let strength: Strength
  let isMultiDose: Bool

  init(
    ndc: NDC, levels: [PackageLevel], description: String, isSample: Bool, strength text: String,
    form: String?
  ) throws {
    guard let inner = levels.last else { throw PackageFault("the description is empty") }
    let stated = try Strength(text)
    let tally = try Tally(inner, stated: stated, isSpray: form?.contains("SPRAY") == true)
    strength = try PackageContent.strength(text, stated, tally)
    var containers = tally.pieces
    for level in levels.dropLast() {
      let (product, overflow) = containers.multipliedReportingOverflow(by: level.count / 1_000)
      guard !overflow else { throw QuantityError.overflow }
      containers = product
    }
    package = try Package(
      ndc: ndc, levels: levels, description: description, isSample: isSample,
      container: tally.container, containers: containers)
    isMultiDose = inner.container.contains("MULTI-DOSE")
  }

  /// The stated strength per unit that is counted.
  private static func strength(
    _ text: String, _ stated: Strength, _ tally: Tally
  ) throws -> Strength {
    let unit = tally.container.unit
    if let content = tally.content, stated.unit == content.unit {
      return try stated.perPiece(of: content, unit)
    }
    // A bare `1` below the slash means the piece; only what is counted has pieces.
    let read = unit.isCounted ? try Strength(text, piece: unit) : stated
    guard read.unit == unit else {
      throw PackageFault("the strength `\(text)` does not measure \(unit.plural)")
    }
    return read
  }
}

/// One innermost container: how much of which unit it holds, and how many of them the innermost
/// level names.
private struct Tally {
  let container: Quantity
  let pieces: Int64
  /// What one piece holds, where the listing says so: 0.2 mL of a spray.
  let content: Quantity?

  private init(_ container: Quantity, pieces: Int64 = 1, content: Quantity? = nil) {
    (self.container, self.pieces, self.content) = (container, pieces, content)
  }

  init(_ level: PackageLevel, stated: Strength, isSpray: Bool) throws {
    switch level.unit {
    case "mL":
      let volume = try Quantity(thousandths: level.count, .milliliter)
      let isDevice =
        Tally.isDevice(level.container)
        || Tally.isSpray(level.container, volume, stated, listedAsSpray: isSpray)
      self.init(isDevice ? try Quantity(1, .device) : volume, content: isDevice ? volume : nil)
    case "g":
      let mass = try Quantity(thousandths: level.count, .gram)
      let isPacket = Tally.isPacket(level.container)
      self.init(isPacket ? try Quantity(1, .packet) : mass, content: isPacket ? mass : nil)
    case "h",
      "d" where Tally.head(level.container) == "PATCH":
      self.init(try Quantity(1, .patch))
    default:
      try self.init(pieces: level)
    }
  }

  /// A level whose unit is a word: `60 TABLET in 1 BOTTLE`, `1 SOLUTION in 1 SYRINGE`.
  private init(pieces level: PackageLevel) throws {
    guard level.count.isMultiple(of: 1_000) else {
      throw PackageFault("`\(level)` counts a fraction of a piece")
    }
    let count = level.count / 1_000
    if let unit = Tally.solid(level.unit) {
      self.init(try Quantity(count, unit))
    } else if let unit = Tally.piece(level.unit) {
      // The listing ends one level early: thirty packets, and nothing on what is in one.
      self.init(try Quantity(1, unit), pieces: count)
    } else if let unit = Tally.piece(level.container), count == 1 {
      self.init(try Quantity(1, unit))
    } else {
      throw PackageFault("`\(level)` does not say how much it holds")
    }
  }

  private static func solid(_ word: String) -> BaseUnit? {
    switch head(word) {
    case "TABLET": .tablet
    case "CAPSULE": .capsule
    case "FILM": .film
    case "PATCH": .patch
    default: nil
    }
  }

  private static func piece(_ word: String) -> BaseUnit? {
    isDevice(word) ? .device : isPacket(word) ? .packet : nil
  }

  private static func isDevice(_ word: String) -> Bool {
    ["SYRINGE", "AUTO-INJECTOR", "AUTOINJECTOR", "CARTRIDGE", "INHALER", "APPLICATOR"]
      .contains(head(word))
  }

  private static func isPacket(_ word: String) -> Bool {
    ["PACKET", "SACHET"].contains(head(word))
  }

  /// A vial for an injection is as small and as single-use as the vial within a spray. Where the
  /// listing gives no dosage form, the strength tells: sprays state it for their whole content.
  private static func isSpray(
    _ word: String, _ volume: Quantity, _ stated: Strength, listedAsSpray: Bool
  ) -> Bool {
    let isSingle = word.contains("SINGLE-USE") || word.contains("SINGLE-DOSE")
    return isSingle
      && (listedAsSpray || (volume.thousandths <= 500 && stated.isStated(per: volume)))
  }

  /// The word before the comma: `SYRINGE, GLASS` is a `SYRINGE`.
  private static func head(_ word: String) -> String { String(word.prefix { $0 != "," }) }
}
