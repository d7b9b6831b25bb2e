import Dispensary

extension Rule {
  /// Carrying stock from place to place.
  static let moves = [moveWhole]

  /// A part of a sealed vial can only be carried when the vial is open, and then it has a number.
  static let moveWhole = Rule(
    "move.whole-containers", .block, .house("counts"), "Sealed containers are moved whole."
  ) { question in
    guard let move = question.event as? Move, move.from.holding == .sealed,
      let product = question.state.products[move.item.product], !product.countsWholeUnits,
      // All that the book has there is carried as it is.
      move.amount != question.state.balance(.stock(move.from), move.item)
    else { return [] }
    let sizes = Set(product.packages.map(\.container.amount)).filter(\.isPositive)
    let isWhole = sizes.contains { move.amount.thousandths.isMultiple(of: $0.thousandths) }
    guard !sizes.isEmpty, !isWhole else { return [] }
    let names = sizes.sorted().map { question.shown($0, move.item) }.joined(separator: " or ")
    return [
      Verdict(
        "\(question.shown(move.amount, move.item)) is no number of whole containers of \(names)",
        hint: "move such as `2 vials`; what is open moves whole, by its number such as `V-31`")
    ]
  }
}
