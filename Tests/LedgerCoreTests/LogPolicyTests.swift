import LedgerCore
import Testing

/// C2SP `tlog-policy`.
@Suite("policies of logs")
struct LogPolicyTests {
  static let keys = (50..<55).map { number in
    try! WitnessKey(name: "w\(number)", TestLedger.key(UInt8(number)).publicKey)
  }
  static let log = VerifierKey(try! Origin("a.example/b/1"), TestLedger.key(60).publicKey)

  static let policy = """
    # two of three here, and the one there
    log \(log)
    \twitness X1 \(keys[0]) http://x1.example
    witness X2 \(keys[1])

    witness X3 \(keys[2])
    group X 2 X1 X2 X3
    witness Y\u{E9} \(keys[3])
    group Y any Y\u{E9}
    group both all X Y
    quorum both

    """

  @Test("a quorum is met by enough of each group, and by no fewer")
  func quorum() throws {
    let policy = try LogPolicy(Self.policy)
    #expect(policy.logs == [Self.log])
    #expect(policy.witnesses.map(\.url) == ["http://x1.example", nil, nil, nil])
    #expect(policy.asksForWitnesses)
    for mask in 0..<32 {
      let keys = Set(Self.keys.enumerated().filter { mask >> $0.offset & 1 == 1 }.map(\.element))
      let ofX = (mask & 7).nonzeroBitCount
      #expect(policy.isMet(by: keys) == (ofX >= 2 && mask & 8 != 0), "\(mask)")
    }
  }

  @Test("a quorum of none is met by nobody")
  func none() throws {
    let policy = try LogPolicy("quorum none\n")
    #expect(!policy.asksForWitnesses)
    #expect(policy.isMet(by: []))
  }

  @Test("a witness whose key cannot be checked here never counts")
  func foreign() throws {
    let unknown = "pq.example+00000000+BgEC"
    let policy = try LogPolicy("witness pq \(unknown)\nquorum pq\n")
    #expect(policy.witnesses.first?.key == nil)
    #expect(!policy.isMet(by: Set(Self.keys)))
  }

  @Test(
    "what is not a policy is refused",
    arguments: [
      "", "log \(log)\n", "quorum\n", "quorum X\n", "quorum none\nquorum none\n",
      "witness none \(keys[0])\nquorum none\n", "witness a \(log)x\nquorum none\n",
      "witness a \(keys[0])\nwitness a \(keys[1])\nquorum none\n",
      "witness a \(keys[0])\nwitness b \(keys[0])\nquorum none\n",
      "log \(log)\nlog \(log)\nquorum none\n",
      "witness a \(keys[0])\ngroup g 2 a\nquorum g\n",
      "witness a \(keys[0])\ngroup g 0 a\nquorum g\n",
      "witness a \(keys[0])\ngroup g 01 a\nquorum g\n",
      "witness a \(keys[0])\ngroup g any\nquorum none\n",
      "witness a \(keys[0])\ngroup g any a a\nquorum g\n",
      "witness a \(keys[0])\ngroup g any a\ngroup h any a\nquorum g\n",
      "group g any a\nwitness a \(keys[0])\nquorum g\n",
      "group g any none\nquorum none\n", "witness a \(keys[0])\ngroup a any a\nquorum a\n",
      "quorum a\nwitness a \(keys[0])\n", "quorum none\r\n", "house rules\nquorum none\n",
      "witness a \(keys[0]) u v\nquorum none\n",
    ])
  func refused(_ text: String) {
    #expect(throws: CoreError.self) { try LogPolicy(text) }
  }
}
