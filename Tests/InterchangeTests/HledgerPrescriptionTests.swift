import Dispensary
import Foundation
import Interchange
import Testing

extension HledgerTests {
  @Test("will-call and what was dispensed are accounts like any other")
  func prescriptions() throws {
    var story = try Story()
    let (rx, item) = (try RxID(number: 1), Story.item("S1", Story.spray))
    try story.receive("2 10:00", "4", lot: "S1", product: Story.spray)
    try story.add(
      PrescriptionAdded(
        id: rx, recipient: Story.patient, product: Story.spray, quantity: Story.amount("3"),
        refills: 0, issued: try CivilDate("2026-11-02"), prescriber: "Dr. Ida Reyes",
        prescriberDEA: try DEANumber("AB1234563")), at: "2 11:00")
    let line = PrescriptionLine(
      item: item, position: Story.position("vault"), amount: Story.amount("3"))
    try story.add(
      PrescriptionFilled(id: rx, recipient: Story.patient, number: 0, lines: [line]), at: "2 12:00")
    try story.add(
      PrescriptionPickedUp(
        id: rx, recipient: Story.patient, lines: [.init(item: item, amount: Story.amount("2"))]),
      at: "3 12:00")
    let journal = Hledger.journal(of: story.state, zone: .utc)
    #expect(journal.contains("  will-call:Rx-1:lot-S1  0.000 \"50458-028\" = 1.000 \"50458-028\""))
    #expect(journal.contains("  dispensed:lot-S1  0.000 \"50458-028\" = 2.000 \"50458-028\""))
    #expect(!journal.contains(Story.patient.text))
    guard let hledger = HledgerTests.program else { return }
    let file = FileManager.default.temporaryDirectory.appending(
      path: "custody-\(UUID().uuidString).journal")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(journal.utf8).write(to: file)
    let check = try HledgerTests.run(
      hledger, ["-f", file.path, "check", "accounts", "commodities", "ordereddates"])
    #expect(check.status == 0, "\(check.output)")
  }
}
