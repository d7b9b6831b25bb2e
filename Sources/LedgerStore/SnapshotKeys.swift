package import LedgerCore

extension Snapshot {
  /// People's keys and the site's, as the entries introduce them. By way of `journal`, a projection:
  /// never for verification.
  package func keyRegister(origin: Origin) throws -> KeyRegister {
    var register = KeyRegister(origin: origin)
    try forEachEntry(ofTypes: KeyRegister.types) { raw in
      guard let bytes = raw.body, let body = try? EntryBody(reading: bytes) else { return }
      _ = register.admit(body)
    }
    return register
  }
}
