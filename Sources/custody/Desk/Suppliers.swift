import Dispensary
import Notation

/// What is left out of a receipt where it can be one thing only; what was understood is said.
extension Desk {
  /// The supplier that is named, by its id or its name; the only one there is otherwise.
  func supplier(_ text: String?) throws -> SupplierID {
    guard let text else { return try onlySupplier() }
    let lower = text.lowercased()
    let named = state.suppliers.filter {
      $0.key.text == lower || $0.value.name.lowercased() == lower
    }
    if let only = named.first, named.count == 1 { return only.key }
    // A name that is no identifier is answered with those that there are.
    guard let id = try? SupplierID(lower) else {
      throw Failure.usage(
        "supplier `\(text)` is not known", hint: "`custody supplier list` shows what is there")
    }
    return id
  }

  private func onlySupplier() throws -> SupplierID {
    let known = state.suppliers.values.filter { $0.kind == .supplier }
    if let only = known.first, known.count == 1 {
      Console.say("from `\(only.id.text)` (\(only.name)), the only supplier")
      return only.id
    }
    throw Failure.usage(
      "who sent it is not said",
      hint: known.isEmpty
        ? "`custody supplier add` comes first, and then `--supplier`"
        : "add `--supplier`, one of "
          + known.map { "`\($0.id.text)`" }.sorted().joined(separator: ", "))
  }

  /// Where goods go that are put away without a word: the one place where their like stands, or
  /// the one place there is.
  func usualPlace(of product: Product) throws -> LocationID {
    let places = state.stock.filter { stock in
      switch stock.position.holding {
      case .sealed, .kit:
        stock.item.product == product.id && stock.position.status == .available
      case .container, .loose: false
      }
    }.map(\.position.location).unique
    if let only = places.first, places.count == 1 {
      Console.say("put at `\(only.text)`, where \(product.name) stands")
      return only
    }
    if let only = state.locations.keys.first, state.locations.count == 1 {
      Console.say("put at `\(only.text)`, the only place there is")
      return only
    }
    let known = (places.isEmpty ? Array(state.locations.keys) : places).map(\.text).sorted()
    throw Failure.usage(
      "where it is put is not said",
      hint: "add `--to`, such as " + known.prefix(5).map { "`\($0)`" }.joined(separator: ", "))
  }
}
