package import Notation

extension State {
  /// Since when a lot is recalled, in the order of the world; `nil` for one that is not.
  ///
  /// A recall is of the lot, and outlives the stock that was set aside for it: what is in hands, in
  /// will-call or comes later is under it, too. It ends with a release whose reason says so, and no
  /// stock left that is recalled.
  package func recalled(_ item: Item) -> Instant? {
    let isSetAside = stock.contains { $0.item == item && $0.position.status == .recalled }
    let begun = recorded(SetAside.self).filter { $0.event.item == item && $0.event.isRecall }
    let lifted = recorded(Release.self).last {
      $0.event.item == item && $0.event.reason == "recall-lifted"
    }
    let standing = begun.filter { isSetAside || $0.seq > lifted?.seq ?? -1 }
    return standing.map { journal[Int($0.seq)].occurredAt }.min()
  }
}

extension SetAside {
  /// Whether it says that the lot is recalled.
  fileprivate var isRecall: Bool { reason == "recall" || to.status == .recalled }
}
