package import Dispensary

/// A GTIN that carries a National Drug Code: an indicator digit, `03`, ten digits, a check digit.
///
///     let item = ItemNumber(gtin: "00304092051057")
///     item?.denotes(try NDC("0409-2051-05"))       // true
///
/// The ten digits have no hyphens and can be divided in three ways, so an item number is held
/// against the codes of the formulary, and never turned into one of them by itself.
///
/// GAP: a code of twelve digits (FDA, from 2033) does not fit behind `03`.
package struct ItemNumber: Hashable, Sendable {
  package let gtin: String
  /// 0 for the package that is sold, 1 to 8 for what several of them are packed in.
  package let indicator: Int
  /// Every way to divide the ten digits.
  package let readings: [NDC]

  /// Nil for an item of another country's or company's numbering.
  package init?(gtin: String) {
    let digits = Array(gtin.utf8)
    guard digits.count == 14, CheckDigits.hasDigit(digits), gtin.dropFirst().hasPrefix("03"),
      let indicator = gtin.first?.wholeNumberValue, indicator < 9
    else { return nil }
    self.gtin = gtin
    self.indicator = indicator
    let ten = gtin.dropFirst(3).dropLast()
    readings = [(4, 4), (5, 3), (5, 4)].compactMap { labeler, product in
      let rest = ten.dropFirst(labeler)
      return try? NDC("\(ten.prefix(labeler))-\(rest.prefix(product))-\(rest.dropFirst(product))")
    }
  }

  /// Whether the item is the package that a code names. A code of eleven digits does not tell
  /// which zero was added, so it fits when any division does.
  package func denotes(_ code: NDC) -> Bool {
    code.form.isTenDigits
      ? readings.contains(code) : readings.contains { $0.denotesSamePackage(as: code) }
  }

  /// The packages that the item may be, each with how many innermost containers it holds.
  package func packages(
    among products: [Product]
  ) -> [(product: Product, code: NDC, containers: Int64)] {
    products.flatMap { product in
      product.packages.flatMap { package in package.codes.filter(denotes).map { (package, $0) } }
        .compactMap { package, code in
          package.containers(named: code).map { (product, code, $0) }
        }
    }
  }
}
