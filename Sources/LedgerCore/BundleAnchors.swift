internal import Notation

// Evidence from outside in a bundle: about the entries before it, and as its entry says.
extension BundleCheck {
  mutating func checkAnchors() throws(Ended) {
    var files: Set<String> = []
    for anchor in anchors {
      try check(anchor.seq, anchor.body.fields)
      let named = ["evidence", "request"].filter { anchor.body.fields[$0] != nil }
      files.formUnion((["note"] + named).map { "\(anchor.seq).\($0)" })
    }
    if let stranger = anchorFiles.first(where: { !files.contains($0) }) {
      throw Ended(verdict: .wrong("anchors/" + stranger, "no entry names it"))
    }
  }

  private mutating func check(_ seq: Int64, _ fields: JSON) throws(Ended) {
    guard let size = fields["size"]?.whole, (1...max(1, seq)).contains(size), seq > 0 else {
      throw Ended(verdict: .bad(seq, "it anchors what was not there"))
    }
    let root = Frontier.root(of: leaves[..<Int(size)]).base64
    guard fields["root"]?.text == root else {
      throw Ended(verdict: .bad(seq, "it anchors another history"))
    }
    let place = "anchors/\(seq)."
    let note = try bytes(place + "note")
    guard note.starts(with: Array("\(origin)\n\(size)\n\(root)\n\n".utf8)) else {
      throw Ended(verdict: .wrong(place + "note", "it is not the checkpoint that was anchored"))
    }
    for part in ["evidence", "request"] {
      guard let digest = fields[part]?.text else { continue }
      if SHA256.hash(try bytes(place + part)).base64 != digest {
        throw Ended(verdict: .wrong(place + part, "it is not what its entry names"))
      }
    }
    if fields["kind"]?.text == "tsa" { try checkStamp(seq, size, fields, note) }
  }

  private mutating func checkStamp(
    _ seq: Int64, _ size: Int64, _ fields: JSON, _ note: [UInt8]
  ) throws(Ended) {
    let file = "anchors/\(seq).evidence"
    let request = TimeStampRequest(der: read("anchors/\(seq).request") ?? [])
    let evidence = try bytes(file)
    do {
      let stamp = try TimeStamp.open(
        evidence, answering: request, stamping: note, roots: known.authorities)
      let at = stamp.time.text
      guard fields["outside"]?.text == at else {
        throw TimeOfAnother()
      }
      if stamp.trust == .traced, size > outside?.size ?? 0 { outside = (size, at) }
    } catch is TimeOfAnother {
      throw Ended(verdict: .wrong(file, "it is of another time than its entry says"))
    } catch let fault as TimeStampFault {
      switch fault {
      case .malformed, .refused: throw Ended(verdict: .wrong(file, "it is not a time stamp"))
      case .wrongImprint: throw Ended(verdict: .wrong(file, "it is about something else"))
      // A signature that leads nowhere does not count, as in the scripts.
      case .wrongNonce, .falseSignature, .certificates: return
      }
    } catch { preconditionFailure("a time stamp has these faults only") }
  }

  private struct TimeOfAnother: Error {}
}

extension Frontier {
  /// The root of the tree over these leaves.
  static func root(of leaves: ArraySlice<Digest>) -> Digest {
    var frontier = Frontier()
    for leaf in leaves { _ = frontier.append(leaf) }
    return frontier.root
  }
}
