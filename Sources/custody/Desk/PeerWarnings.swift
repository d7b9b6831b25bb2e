import Dispensary
import LedgerStore

extension Warnings {
  /// What witnesses have against this ledger, and what this machine, as a witness, has against
  /// others.
  static func witnesses(_ state: State) -> [String] { accusations(state) + suspects }

  /// Conflicts that no later cosignature of the same witness has settled.
  private static func accusations(_ state: State) -> [String] {
    let missed = state.office.missedAnchors.filter { miss in
      miss.event.kind == .witness && miss.event.reason == .conflict
        && !state.office.anchors.contains {
          $0.seq > miss.seq && $0.event.kind == .witness && $0.event.name == miss.event.name
        }
    }
    return missed.map {
      "entry \($0.seq): the witness `\($0.event.name)` has seen another history of this ledger; "
        + "keep it as it is, and call the compliance officer"
    }
  }

  private static var suspects: [String] {
    guard let folder = WitnessOptions.usualFolder, WitnessStore.exists(in: folder) else {
      return []
    }
    do {
      let store = try WitnessStore.open(in: folder, readOnly: true)
      let names = try store.read { try $0.logs() }.filter(\.isSuspect).map { "`\($0.origin)`" }
      if names.isEmpty { return [] }
      return [
        "as a witness, this machine refused \(names.joined(separator: ", ")); "
          + "`custody peer list` says what"
      ]
    } catch {
      return ["what this machine has witnessed cannot be read: \(folder)"]
    }
  }
}
