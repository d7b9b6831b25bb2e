extension Identifier: WireText {
  package init(wireText: String) throws { try self.init(wireText) }
  package var wireText: String { text }
}

extension Role: WireText {
  package init(wireText: String) throws { try self.init(wireText) }
  package var wireText: String { text }
}

extension CivilDate: WireText {
  package init(wireText: String) throws { try self.init(wireText) }
  package var wireText: String { text }
}

extension DEANumber: WireText {
  package init(wireText: String) throws { try self.init(wireText) }
  package var wireText: String { text }
}

extension Account: WireText {
  package init(wireText: String) throws {
    guard let account = Account(wireText) else { throw WireFault("account", "is malformed") }
    self = account
  }
  package var wireText: String { text }
}

extension InitialInventory.Moment: WireText {}
extension SupplierAdded.Kind: WireText {}
extension PhysicalCount.Method: WireText {}

extension WireText where Self: RawRepresentable, RawValue == String {
  package init(wireText: String) throws {
    guard let value = Self(rawValue: wireText) else { throw WireFault("", "is unknown") }
    self = value
  }
  package var wireText: String { rawValue }
}
