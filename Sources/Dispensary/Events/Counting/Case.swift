/// Cases are numbered in order; an event opens the next one, and only for a difference.
enum Case {
  static func faults(_ id: CaseID?, holds amount: Amount, of item: Item, in state: State)
    -> [EventFault]
  {
    guard let id else {
      guard !amount.isZero else { return [] }
      return [noCase(amount, of: item, in: state)]
    }
    if amount.isZero { return [EventFault("case `\(id.text)` would hold nothing")] }
    return id == state.newCase
      ? [] : [EventFault("the next case is `\(state.newCase.text)`")]
  }

  /// `0.500 mL missing of lot ... has no case`.
  ///
  /// - Parameter held: as a case would hold it: positive is missing, negative too much.
  static func noCase(_ held: Amount, of item: Item, in state: State) -> EventFault {
    let words = state.difference(held, state.products[item.product])
    return EventFault("\(words) of lot `\(item.lot)` has no case")
  }

  static func open(
    _ id: CaseID?, _ item: Item, _ account: Account, in state: inout State, _ entry: EntryContext
  ) {
    guard let id else { return }
    state.cases[id] = CaseRecord(
      id: id, item: item, account: account, openedBy: entry.seq, openedAt: entry.occurredAt)
    state.nextCase = max(state.nextCase, id.number + 1)
    state.touched.cases.insert(id)
  }
}
