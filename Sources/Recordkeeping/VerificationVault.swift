import LedgerCore
import LedgerStore

extension Examination {
  /// Every digest in a body has its value in the vault, or an entry that had it erased.
  func checkVault(_ size: Int64) {
    progress(.vault, 0, 1)
    let wanted = expected.filter { erased[$0.key] == nil }
    guard snapshot.hasVault else {
      texts[.vault] = wanted.isEmpty ? "no vault, and none is needed" : "no vault"
      if !wanted.isEmpty {
        discrepancies.append("vault.db is missing, with " + values(wanted.values))
      }
      return
    }
    guard let openings = attempt(.vault, "vault.db", { try snapshot.openings() }) else {
      texts[.vault] = "not read"
      return
    }
    for opening in openings { check(opening, size) }
    let present = Set(openings.map(\.digest))
    let missing = wanted.filter { !present.contains($0.key) }
    if !missing.isEmpty {
      discrepancies.append("the vault lacks " + values(missing.values))
    }
    let lingering = erased.filter { present.contains($0.key) }
    if !lingering.isEmpty {
      discrepancies.append(
        "\(counted(Int64(lingering.count), "erased value is", "erased values are")) still in the "
          + "vault; the next command that writes removes them")
    }
    let unknown = erased.keys.filter { expected[$0] == nil }
    if !unknown.isEmpty, unread.isEmpty {
      warnings.append(
        "\(counted(Int64(unknown.count), "erased digest is", "erased digests are")) in no entry")
    }
    texts[.vault] =
      "\(counted(Int64(openings.count), "value", "values")) of \(grouped(Int64(expected.count)))"
      + (erased.isEmpty ? "" : ", \(grouped(Int64(erased.count))) erased by entries")
    progress(.vault, 1, 1)
  }

  private func check(_ opening: Opening, _ size: Int64) {
    guard let seq = expected[opening.digest] else {
      // INVARIANT: the vault is committed first, and read a little later than the ledger: values
      // of entries to come are no fault, and the next write removes what is left of a crash.
      if opening.seq >= size || unread.contains(opening.seq) { return }
      return report(
        Fault(
          .vaultStray, at: opening.seq < 0 ? nil : opening.seq,
          "the vault holds a value that no entry commits to", stored: opening.digest), .vault)
    }
    let computed = Disclosure.digest(of: opening.disclosure)
    if computed != opening.digest {
      report(
        Fault(
          .vaultMismatch, at: seq, "a value in the vault is not the one that the entry commits to",
          stored: computed, computed: opening.digest), .vault)
    } else if opening.seq != seq {
      report(
        Fault(
          .vaultMismatch, at: seq, "a value in the vault names another entry",
          stored: "\(opening.seq)", computed: "\(seq)"), .vault)
    } else if let disclosure = try? Disclosure(opening.disclosure),
      disclosure.name != opening.name
    {
      report(
        Fault(
          .vaultMismatch, at: seq, "a value in the vault stands under another name",
          stored: opening.name, computed: disclosure.name), .vault)
    }
  }

  /// `3 values under entries 12, 15`.
  private func values(_ seqs: some Collection<Int64>) -> String {
    let entries = Set(seqs).sorted()
    let shown = entries.prefix(8).map { "\($0)" }.joined(separator: ", ")
    return counted(Int64(seqs.count), "value", "values") + " under "
      + (entries.count == 1 ? "entry " : "entries ") + shown
      + (entries.count > 8 ? " and \(entries.count - 8) more" : "")
  }
}
