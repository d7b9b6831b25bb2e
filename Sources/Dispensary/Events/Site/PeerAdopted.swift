import Notation

/// The site takes somebody as a witness of this ledger (C2SP tlog-witness): whose cosignatures count
/// from here on, and where it is asked.
///
/// An entry rather than a setting of one machine: who vouches for a ledger is as public as the
/// ledger, and a witness that an administrator invents later has the entry against it. The newest
/// entry of a key says where it is asked; the key itself stays good for what it has cosigned.
package struct PeerAdopted: Event {
  package static let type = "peer.adopt"

  /// The witness's verifier key, `name+hex8(id)+base64(0x04 ‖ key)`.
  package var vkey: String
  /// The prefix of its addresses; without one it is asked through files, or no longer.
  package var url: String?

  package init(vkey: String, url: String?) {
    self.vkey = vkey
    self.url = url
  }

  package init(_ fields: inout Fields) throws(WireFault) {
    vkey = try fields.text("vkey")
    url = try fields.optionalText("url")
    guard PeerAdopted.key(of: vkey) != nil else {
      throw fields.fault("vkey", "is not the verifier key of a witness")
    }
    guard url.map(PeerAdopted.isAddress) ?? true else {
      throw fields.fault("url", "is not an address of a witness")
    }
  }

  package var members: Members {
    var members = Members()
    members.put("vkey", vkey)
    members.put("url", url)
    return members
  }

  /// The name of the witness: what stands before the first plus sign.
  package var name: String { String(vkey.prefix { $0 != "+" }) }

  /// The raw key in a vkey of type 0x04; nil for another form. Whether the id is that of the key is
  /// for those who can hash.
  static func key(of vkey: String) -> [UInt8]? {
    let parts = vkey.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, Hex.decode(String(parts[1]))?.count == 4,
      let typed = Base64.decode(String(parts[2])), typed.count == 33, typed[0] == 0x04
    else { return nil }
    return Array(typed.dropFirst())
  }

  /// `http://` or `https://` and printable ASCII without spaces.
  static func isAddress(_ url: String) -> Bool {
    ["http://", "https://"].contains { url.hasPrefix($0) && url.utf8.count > $0.utf8.count }
      && url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }

  package func faults(in state: State, _ entry: EntryContext) -> [EventFault] {
    var faults = Words.faults(name, of: "the name of the witness", limit: 80)
    if let url { faults += Words.faults(url, of: "the address of the witness", limit: 200) }
    let same = state.office.peers.filter {
      PeerAdopted.key(of: $0.event.vkey) == PeerAdopted.key(of: vkey)
    }
    if let other = same.first(where: { $0.event.vkey != vkey }) {
      faults.append(
        EventFault(
          "this key is that of the witness `\(other.event.name)` already",
          hint: "one key is one witness: ask for the key of the other one"))
    } else if let last = same.last, last.event.url == url {
      faults.append(
        EventFault(
          "the witness `\(name)` is adopted already",
          hint: "`custody peer adopted` lists them; give another `--url` where it has moved"))
    }
    return faults
  }

  package func unfold(in state: inout State, _ entry: EntryContext) {
    state.office.peers.append(PeerRecord(seq: entry.seq, event: self))
  }
}

/// A witness of the ledger, with the entry that adopted it.
package struct PeerRecord: Sendable {
  package let seq: Int64
  package let event: PeerAdopted
}

extension State {
  /// The witnesses in force: the newest entry of each key, in the order of their first.
  package var peers: [PeerAdopted] {
    var newest: [PeerAdopted] = []
    for peer in office.peers {
      if let index = newest.firstIndex(where: { $0.vkey == peer.event.vkey }) {
        newest[index] = peer.event
      } else {
        newest.append(peer.event)
      }
    }
    return newest
  }
}
