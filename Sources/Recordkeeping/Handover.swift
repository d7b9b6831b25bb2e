package import LedgerCore

/// One key of the site takes over from another, with the act that says so.
package struct Handover: Sendable {
  /// The key before, which signs one last head with the new one; nil where it is lost or stolen.
  package let old: PrivateKey?
  /// The key that signs from now on.
  package let new: PrivateKey

  package init(from old: PrivateKey?, to new: PrivateKey) {
    self.old = old
    self.new = new
  }
}

extension PrivateKey {
  /// The site's key as it is and stays.
  package var unchanged: Handover { Handover(from: self, to: self) }
}
