import Dispensary
import LedgerCore
import Notation
import Recordkeeping

extension KeyCommand.Show {
  /// A key for the inspector's file, to be scanned from the screen: the site's verifier key, or the
  /// line of a trust file for a person's.
  func showCode(_ desk: Desk) throws {
    guard qr else {
      throw Failure.usage("a person is named for `--qr` only", hint: "add `--qr`, or leave it out")
    }
    let text = try code(desk)
    if ledger.json {
      return Console.print(["schema": "custody/key-code/1", "code": .string(text)])
    }
    Console.print(text)
    Pictures.show(try Pictures.qr(text))
  }

  private func code(_ desk: Desk) throws -> String {
    let trust = try desk.custodian.trust()
    guard let handle else { return trust.siteKey.text }
    let person = try desk.person(handle)
    guard let active = desk.state.activeKey(of: person.id), let name = KeyName(active.name),
      let key = trust.personKeys[name]
    else { throw Failure.usage("`\(person.handle.text)` has no key") }
    return "person \(name) \(key.algorithm.name) \(key.base64)"
  }
}
