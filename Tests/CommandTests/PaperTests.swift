import Foundation
import Testing

/// What leaves on paper, and comes back through a scanner.
@Suite("paper")
struct PaperTests {
  @Test("a head sheet is read back as the checkpoint, byte for byte, and verifies")
  func sheet() throws {
    let place = try Place()
    try place.counted()
    let said = try place.must("custody anchor sheet -o sheet.html --picture code.png")
    #expect(said.contains("head sheet of ") && said.contains("`sheet.html`"), "\(said)")
    try place.must(
      "sqlite3 ledger/ledger.db 'SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1' > kept")
    // zbar ends what it read with a line end, as sqlite3 does.
    guard try place.has("zbarimg") else { return }
    try place.must("zbarimg --nodbus -q --raw code.png > read && cmp read kept")
    try place.must("custody location add attic")
    let verified = try place.must("custody verify --since - < read")
    #expect(verified.contains("extends the checkpoint of "), "\(verified)")
    #expect(try place.must("custody prove --since read -o grown").contains("extends"))
    // The entry names the note, and the note is kept beside it.
    let kept = try place.query(
      "SELECT json_extract(body,'\\$.kind'), json_extract(body,'\\$.size') FROM entry "
        + "WHERE json_extract(body,'\\$.type')='anchor.add'")
    let size = try place.must("sed -n 2p kept").trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(kept.hasPrefix("sheet|\(size)\n"))
  }

  @Test("pages fetch nothing, run nothing and say nothing about patients")
  func selfContained() throws {
    let place = try Place()
    try place.counted()
    try place.must("custody anchor sheet -o sheet.html && custody inspect --page -o page.html")
    for page in ["sheet.html", "page.html"] {
      let html = try place.must("cat \(page)").replacing("http://www.w3.org/2000/svg", with: "")
      for word in [
        "<script", "<img", "<link", "src=", "href=", "@import", "url(", "http:", "https:",
      ] {
        #expect(!html.contains(word), "\(page) has `\(word)`")
      }
      #expect(!html.contains("Juniper") && !html.contains("P-1"))
    }
    #expect(try place.must("cat sheet.html").contains("DEA FA1234563"))
  }

  @Test("a page that cannot be written leaves no entry")
  func unwritten() throws {
    let place = try Place()
    try place.clinic()
    let before = try place.query("SELECT count(*) FROM entry")
    #expect(try place.sh("custody anchor sheet -o nowhere/sheet.html").status == 1)
    #expect(try place.must("custody anchor sheet -o sheet.html -n").contains("dry run"))
    #expect(try place.sh("test -e sheet.html").status == 1)
    #expect(try place.query("SELECT count(*) FROM anchor") == "0\n")
    #expect(try place.query("SELECT count(*) FROM entry") == before)
  }

  @Test(
    "a printed page is one side of paper, and its code is read from the print",
    arguments: ["letter", "A4"])
  func printed(_ paper: String) throws {
    let place = try Place()
    try place.counted()
    try place.must(
      "custody anchor sheet -o sheet.html && custody inspect --page -o page.html"
        + " && custody inspect --page | sed -n '/^log/p;/^genesis/p' > page.kept"
        + " && sqlite3 ledger/ledger.db 'SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1'"
        + " | sed '$d' > sheet.kept")
    guard try place.has("chromium"), try place.has("pdfinfo"), try place.has("zbarimg") else {
      return
    }
    for page in ["sheet", "page"] {
      // Chromium prints on Letter unless the page itself asks for something else.
      // It makes a socket in TMPDIR, whose name may not be long.
      try place.must(
        """
        sed 's/@page { margin/@page { size: \(paper); margin/' \(page).html > print.html
        short=$(mktemp -d -p /tmp)
        TMPDIR=$short chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
          --user-data-dir=$PWD/chromium --no-pdf-header-footer --print-to-pdf=print.pdf \
          file://$PWD/print.html
        status=$?
        rm -rf "$short"
        exit $status
        """)
      let pages = try place.must("pdfinfo print.pdf")
      #expect(pages.contains(#/Pages: +1\n/#), "\(page) on \(paper): \(pages)")
      #expect(pages.contains(paper), "\(pages)")
      // As a scanner would see it, at 200 dots an inch.
      try place.must("pdftoppm -r 200 -png -singlefile print.pdf scan")
      try place.must("zbarimg --nodbus -q --raw scan.png | sed '$d' | cmp - \(page).kept")
    }
  }

  @Test("a slip is read back and compared, in a ledger and in a bundle")
  func slip() throws {
    let place = try Place()
    try place.stocked()
    let printed = try place.must("custody anchor slip 20 --text-only")
    #expect(!printed.contains("P-1") && !printed.contains("Juniper"), "\(printed)")
    let slip = try #require(printed.split(separator: "\n").last.map(String.init))
    #expect(slip.hasPrefix("S01-000000020-"))
    let entered = slip.lowercased().replacing("-", with: " ")
    #expect(
      try place.must("custody verify --slip '\(entered)'").contains(
        "fits the slip of entry 20 given"))
    try place.must("custody export bundle -o bundle")
    #expect(
      try place.must("custody verify bundle --vkey \"$(cat bundle/vkey)\" --slip '\(slip)'")
        .contains("fits the slip of entry 20 given"))
    let mistyped = slip.dropLast() + (slip.last == "Z" ? "Y" : "Z")
    for where_ in ["", "bundle"] {
      let said = try place.sh("custody verify \(where_) --slip '\(mistyped)'")
      #expect(said.status == 11)
      #expect(said.text.contains("differs from entry 20 in 1 of 32 characters, in group 8"))
    }
    guard try place.has("zbarimg") else { return }
    try place.must("custody anchor slip 20 --text-only --picture slip.png")
    try place.must("custody verify --slip \"$(zbarimg --nodbus -q --raw slip.png)\"")
  }

  @Test("a site's key is read from the screen")
  func keyCode() throws {
    let place = try Place()
    try place.clinic()
    let shown = try place.must("custody key show --qr")
    let vkey = try #require(shown.split(separator: "\n").first.map(String.init))
    try place.must("custody export bundle -o bundle && custody verify bundle --vkey '\(vkey)'")
    #expect(try place.must("custody key show ana --qr").hasPrefix("person p3/1 ed25519 "))
    #expect(try place.sh("custody key show ana").status == 2)
  }
}

extension Place {
  /// Whether a program of others is there; says so where it is not.
  func has(_ tool: String) throws -> Bool {
    if try sh("command -v \(tool)").status == 0 { return true }
    print("SKIPPED: `\(tool)` is not installed, nothing was printed or read back")
    return false
  }

  /// A stocked clinic on a day with counts of more places than the sheet has lines, one of them
  /// not as the book says.
  func counted() throws {
    try stocked()
    try must(
      """
      for n in 3 4 5 6 7 8 9 10; do
        custody open ketamine --in vault && custody count V-$n 5mL || exit 1
      done > counts
      custody count V-1 4mL --witness lee >> counts
      """)
  }
}
