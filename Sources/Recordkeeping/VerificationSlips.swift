import LedgerCore
import LedgerStore

extension Examination {
  /// Compares the slips that somebody typed with the leaves, which are those of the bodies by now.
  func checkSlips(_ found: LedgerCore.Verification, _ origin: Origin) {
    guard !found.isEmpty else { return }
    for slip in slips {
      let finding = attempt(.entries, "the entries of a slip") {
        try slip.finding(
          size: found.size, epoch: origin.epoch,
          leaf: { seq in try snapshot.entry(seq).flatMap { Digest($0.leaf) } },
          each: { take in
            try snapshot.forEachEntry { raw in
              if let leaf = Digest(raw.leaf) { take(raw.seq, leaf) }
            }
          })
      }
      switch finding {
      case .fits(let seq): slipReasons.append("fits the slip of entry \(seq) given")
      case .doubtful(let text): slipDoubts.append(text)
      case .differs(let seq, let text): report(Fault(.slipDiffers, at: seq, text), .entries)
      case nil: break
      }
    }
  }
}
