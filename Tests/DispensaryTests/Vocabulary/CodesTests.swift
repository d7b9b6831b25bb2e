import Dispensary
import Testing

@Suite("Codes and names")
struct CodesTests {
  static let codes: [(String, NDC.Form, eleven: String, twelve: String, gtin: String)] = [
    ("50458-028-02", .fiveThreeTwo, "50458002802", "050458-0028-02", "00350458028027"),
    ("50458-028-03", .fiveThreeTwo, "50458002803", "050458-0028-03", "00350458028034"),
    ("0409-2051-05", .fourFourTwo, "00409205105", "000409-2051-05", "00304092051057"),
    ("0409-2051-15", .fourFourTwo, "00409205115", "000409-2051-15", "00304092051156"),
    ("71872-7296-1", .fiveFourOne, "71872729601", "071872-7296-01", "00371872729611"),
    ("12496-0300-1", .fiveFourOne, "12496030001", "012496-0300-01", "00312496030011"),
  ]

  @Test("an NDC has its derived forms", arguments: codes)
  func ndc(_ row: (String, NDC.Form, eleven: String, twelve: String, gtin: String)) throws {
    let code = try NDC(row.0)
    #expect(code.form == row.1)
    #expect(code.text == row.0)
    #expect(code.eleven == row.eleven)
    #expect(code.twelve == row.twelve)
    #expect(code.gtin14() == row.gtin)
    for other in [row.eleven, row.twelve, String(row.twelve.filter { $0 != "-" })] {
      let same = try NDC(other)
      #expect(code.denotesSamePackage(as: same))
      #expect(same.gtin14() == nil)
      #expect(same != code)
    }
  }

  @Test("an NDC of another package is another package")
  func others() throws {
    let code = try NDC("0409-2051-05")
    #expect(!code.denotesSamePackage(as: try NDC("0409-2051-15")))
    #expect(!code.denotesSamePackage(as: try NDC("04092-051-05")))
    #expect(code.productText == "0409-2051")
    #expect(code.gtin14(indicator: 5) == "50304092051052")
    #expect(try NDC("100409-2051-05").eleven == nil)
  }

  @Test("ten digits without hyphens are refused with their readings")
  func ambiguous() {
    check(
      try NDC("0409205105"), .ndcAmbiguous,
      "`0409205105` can be read as `0409-2051-05`, `04092-051-05` or `04092-0510-5`")
  }

  @Test(
    "what is no NDC is refused",
    arguments: [
      "", "-", "0409-2051", "0409-2051-", "409-2051-05", "0409-2051-5", "50458-28-02",
      "50458-0028-002", "0409 2051 05", "0409-2O51-05", "040920510", "0409205105123",
      "٠٤٠٩-2051-05", "0409-2051-05-1", " 0409-2051-05", "0409–2051–05",
    ])
  func noNDC(_ text: String) {
    check(try NDC(text), .ndcMalformed, "`\(text)` is not an NDC")
  }

  @Test(
    "a DEA number is read",
    arguments: [
      ("AB1234563", "AB1234563", nil), ("FL4375730", "FL4375730", nil),
      ("ab1234563", "AB1234563", nil), ("A91234563", "A91234563", nil),
      ("AB1234563-044", "AB1234563-044", "044"), ("AB1234563-Kim", "AB1234563-Kim", "Kim"),
    ] as [(String, String, String?)])
  func dea(_ row: (String, String, String?)) throws {
    let number = try DEANumber(row.0)
    #expect(number.text == row.1)
    #expect(number.suffix == row.2)
  }

  @Test("a DEA number fails its check digit")
  func deaCheckDigit() {
    check(
      try DEANumber("AB1234567"), .deaCheckDigit,
      "`AB1234567` fails its check digit: 7 stands where 3 belongs")
    check(
      try DEANumber("FL9876546"), .deaCheckDigit,
      "`FL9876546` fails its check digit: 6 stands where 7 belongs")
  }

  @Test(
    "what is no DEA number is refused",
    arguments: [
      "", "AB123456", "AB12345633", "A11234563", "1B1234563", "IB1234563", "AB12345B3",
      "AB1234563-", "AB1234563-0 4", "AB 1234563", "ÄB1234563",
    ])
  func noDEA(_ text: String) {
    check(try DEANumber(text), .deaMalformed, "`\(text)` is not a DEA number")
  }

  @Test("a registration has a number, a name, an address and a state")
  func registration() throws {
    let number = try DEANumber("FL4375730")
    let held = try Registration(
      number: number, name: "Clinic", address: "1 Main St, Durham", state: "nc")
    #expect(held.state == "NC")
    check(
      try Registration(number: number, name: "Clinic", address: "1 Main St\n", state: "NC"),
      .registrationMalformed, "`1 Main St?` is not the address of a registration")
    check(
      try Registration(number: number, name: "Clinic", address: "x", state: "N1"),
      .registrationMalformed, "`N1` is not a state")
  }

  @Test(
    "a schedule is read as it is printed",
    arguments: [("CIII", .three), ("C-III", .three), ("III", .three), ("CI", .one), ("V", .five)]
      as [(String, Schedule)])
  func schedule(_ row: (String, Schedule)) throws {
    #expect(try Schedule(row.0) == row.1)
    #expect(Schedule.two < Schedule.three)
  }

  @Test("what is no schedule is refused", arguments: ["", "C", "3", "ciii", "CCIII", "CVI", "C-"])
  func noSchedule(_ text: String) {
    check(try Schedule(text), .scheduleUnknown, "`\(text)` is not a schedule")
  }

  @Test("a substance is told from its salt")
  func substances() {
    let ketamine = Substance(listed: "KETAMINE HYDROCHLORIDE", in: .three)
    #expect(ketamine.name == "ketamine" && ketamine.salt == "hydrochloride")
    #expect(!ketamine.isNarcotic && ketamine.text == "ketamine hydrochloride")
    let naloxone = Substance(listed: "NALOXONE HYDROCHLORIDE", in: .three)
    #expect(naloxone.schedule == nil)
    let oxybate = Substance(listed: "CALCIUM OXYBATE", in: .three)
    #expect(oxybate.name == "calcium oxybate" && oxybate.schedule == .three)
    #expect(Substance(listed: "BUPRENORPHINE", in: .three).isNarcotic)
  }

  @Test("an expiry of a month is its last day")
  func expiry() throws {
    #expect(try CivilDate(expiry: "2027-04").text == "2027-04-30")
    #expect(try CivilDate(expiry: "2028-02").text == "2028-02-29")
    #expect(try CivilDate(expiry: "2027-04-15").text == "2027-04-15")
    check(try CivilDate(expiry: "2027-13"), .dateMalformed, "`2027-13` is not an expiry")
    let lot = try Lot(number: "kt 0425/A", expiry: CivilDate(expiry: "2027-04"))
    #expect(lot.number == "kt 0425/A")
    #expect(lot.isUsable(on: try CivilDate("2027-04-30")))
    #expect(!lot.isUsable(on: try CivilDate("2027-05-01")))
  }

  @Test(
    "what is no date is refused",
    arguments: [
      "", "2027-4-30", "2027-04-31", "2027-02-29", "1900-02-29", "2027-00-10", "2027-01-00",
      "20270430", "04/30/2027", "2027-04-30 ", "2027-04-30T00:00", "1899-12-31", "-027-04-30",
    ])
  func noDate(_ text: String) {
    check(try CivilDate(text), .dateMalformed, "`\(text)` is not a date")
  }

  @Test("days are numbered from 1970")
  func dayNumbers() throws {
    #expect(try CivilDate("1970-01-01").dayNumber == 0)
    #expect(try CivilDate("2000-03-01").dayNumber == 11_017)
    #expect(try CivilDate("1900-01-01").dayNumber == -25_567)
    #expect(try CivilDate("9999-12-31").dayNumber == 2_932_896)
    #expect(try CivilDate("9999-12-31").adding(days: 1) == nil)
    #expect(try CivilDate("2026-11-21").adding(days: 28) == CivilDate("2026-12-19"))
    var previous: CivilDate?
    for number in stride(from: -25_567, through: 2_932_896, by: 13) {
      let date = try #require(CivilDate(dayNumber: number))
      guard date.dayNumber == number, previous.map({ $0 < date }) != false else {
        Issue.record("day \(number) is \(date)")
        return
      }
      previous = date
    }
  }

  @Test("a lot number has 1 to 20 printable characters")
  func lots() throws {
    let day = try CivilDate("2027-04-30")
    for text in ["", " A1", "A1 ", "A\t1", String(repeating: "A", count: 21), "Ä1"] {
      #expect(throws: VocabularyError(.lotMalformed, "")) { try Lot(number: text, expiry: day) }
    }
  }

  @Test(
    "numbered names are read loosely and written in one way",
    arguments: ["V-31", "v-31", "V31", "v31"])
  func containers(_ text: String) throws {
    #expect(try ContainerID(text).text == "V-31")
    #expect(try ContainerID(text).number == 31)
  }

  @Test(
    "what is no container is refused",
    arguments: ["", "V-", "V-0", "V-031", "31", "D-31", "V--31", "V-3x", "V-1234567890"])
  func noContainer(_ text: String) {
    check(
      try ContainerID(text), .identifierMalformed, "`\(text)` does not name a container")
  }

  @Test("names are spelled in one way")
  func names() throws {
    #expect(try PersonID(number: 3).text == "p3")
    #expect(try DrawID("d104").text == "D-104")
    #expect(try CaseID("c-3").text == "C-3")
    #expect(try PatientCode("p12").text == "P-12")
    #expect(try Handle("ana-2").text == "ana-2")
    #expect(try LocationID("2nd-floor").text == "2nd-floor")
    #expect(try ProductID("0409-2051").text == "0409-2051")
    #expect(try ProductID("ketamine-1.5").text == "ketamine-1.5")
    #expect(try SupplierID("mckesson").text == "mckesson")
    #expect(try PatientID("abcdefgh234567xy").text == "abcdefgh234567xy")
    #expect(try ContainerID("V-9") < ContainerID("V-10"))
    #expect(try Handle("bob") > Handle("anabel"))
  }

  @Test("what is no name is refused")
  func noNames() {
    check(try PersonID("P3"), .identifierMalformed, "`P3` does not name a person")
    check(try PersonID("p0"), .identifierMalformed, "`p0` does not name a person")
    check(try Handle("Ana"), .identifierMalformed, "`Ana` does not name a person")
    check(try Handle("2na"), .identifierMalformed, "`2na` does not name a person")
    check(
      try Handle("abcdefghijklmnopqrstu"), .identifierMalformed,
      "`abcdefghijklmnopqrstu` does not name a person")
    check(try LocationID("-x"), .identifierMalformed, "`-x` does not name a location")
    check(try LocationID("a.b"), .identifierMalformed, "`a.b` does not name a location")
    check(try ProductID("A"), .identifierMalformed, "`A` does not name a product")
  }

  @Test("what somebody typed for a patient stays out of the message")
  func patients() {
    check(try PatientCode("Maria Lopez"), .identifierMalformed, "the text does not name a patient")
    check(try PatientID("abc"), .identifierMalformed, "the text does not name a patient")
  }

  @Test("roles have one spelling")
  func roles() throws {
    for role in Role.allCases { #expect(try Role(role.text) == role) }
    check(try Role("Nurse"), .roleUnknown, "`Nurse` is not a role")
  }
}
