import Notation

/// A product that the site may hold, with all its packages.
package struct ProductAdded: Event {
  package static let type = "product.add"

  package var product: Product

  package init(product: Product) { self.product = product }

  package init(_ fields: inout Fields) throws(WireFault) {
    let wire = try fields.object("product")
    do {
      product = try Product(wire: wire)
    } catch {
      throw fields.fault("product", "cannot be read: \(error)")
    }
  }

  package var members: Members {
    var members = Members()
    members.put("product", json: product.wire)
    return members
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    state.products[product.id] == nil
      ? []
      : [
        EventFault(
          "product `\(product.id.text)` exists already",
          hint: "`custody product show \(product.id.text)` shows it")
      ]
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.products[product.id] = product
  }
}
