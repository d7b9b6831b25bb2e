/// Cases are numbered in order; an event opens the next one, and only for a difference.
enum Case {
  static func faults(_ id: CaseID?, holds amount: Amount, in state: State) -> [EventFault] {
    guard let id else {
      return amount.isZero ? [] : [EventFault("a difference of \(amount.wire) has no case")]
    }
    if amount.isZero { return [EventFault("case `\(id.text)` would hold nothing")] }
    return id == state.newCase
      ? [] : [EventFault("the next case is `\(state.newCase.text)`")]
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
