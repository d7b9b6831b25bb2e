/// What every act on stock at its place checks: the lot, the place and the quantity, and that an
/// opened container stays whole.
enum OnShelf {
  /// - Parameter verb: what would be done with it, such as `moves` or `is set aside`.
  static func faults(
    _ item: Item, at position: Position, _ amount: Amount, _ verb: String, _ noun: String,
    in state: State
  ) -> [EventFault] {
    var faults = Known.item(item, in: state) + Known.location(position.location, in: state)
    faults += Known.positive(amount, noun)
    if case .container(let id) = position.holding {
      faults += wholeContainer(id, item, at: position, amount, verb, in: state)
    }
    return faults
  }

  /// An opened container goes with all that is in it.
  static func wholeContainer(
    _ id: ContainerID, _ item: Item, at position: Position, _ amount: Amount, _ verb: String,
    in state: State
  ) -> [EventFault] {
    guard let container = state.containers[id], container.item == item else {
      return [
        Known.unknown("container", id.text, among: state.containers.keys.map(\.text), "status")
      ]
    }
    let content = state.balance(.stock(position), item)
    guard content != amount else { return [] }
    let product = state.products[item.product]
    return [EventFault("`\(id.text)` \(verb) whole, with \(state.shown(content, product))")]
  }

  /// A container follows its content.
  static func put(_ position: Position, in state: inout State) {
    guard case .container(let id) = position.holding else { return }
    state.containers[id]?.position = position
    state.touched.containers.insert(id)
  }
}
