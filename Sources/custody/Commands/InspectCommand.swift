import ArgumentParser
import LedgerCore
import LedgerStore
import Notation
import Recordkeeping
import Reports

/// `custody inspect`: what an inspector takes away.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "What an inspector takes away on paper.",
    discussion: """
      The page holds the name of the ledger, the site's verifier key and the leaf of entry 0. Give \
      it to the inspector on the day the ledger is opened. It is a trust file as it stands:
        custody inspect --page > page.txt
        custody verify --trust page.txt
      """)
  @Flag(help: "Print the inspector's page.") var page = false
  @Flag(help: "Pin everybody's keys too, as they are today.") var people = false
  @OptionGroup(title: "The ledger") var ledger: LedgerOptions

  func validate() throws {
    if !page { throw ValidationError("say what you want: `--page`") }
  }

  func run() throws {
    let desk = try Desk.open(ledger, readOnly: true)
    let all = try desk.custodian.trust()
    let trust =
      people
      ? all : try TrustFile(siteKey: all.siteKey, genesisLeaf: all.genesisLeaf)
    let notice = OneSignerNotice(desk.state)
    if ledger.json {
      var members: [String: JSON] = [
        "schema": "custody/inspector-page/1", "origin": .string(trust.origin.text),
        "vkey": .string(trust.siteKey.text), "genesis": .string(trust.genesisLeaf.base64),
        "trust": .string(trust.text),
      ]
      members["one_signer"] = notice.json
      return Console.print(.object(members))
    }
    Console.print(InspectorPage.text(trust, notice).trimmingLine)
  }
}

/// One side of paper, and a trust file: what is prose begins with a number sign.
enum InspectorPage {
  static func text(_ trust: TrustFile, _ notice: OneSignerNotice) -> String {
    let prose = { (text: String) in
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined()
    }
    let known = notice.lines.isEmpty ? "" : "\n" + notice.lines.joined(separator: "\n")
    return prose(head(trust.origin.text)) + trust.text + prose(known + foot)
  }

  private static func head(_ origin: String) -> String {
    """
    THE INSPECTOR'S PAGE OF \(origin)

    Keep it where the site cannot reach it. The lines without a number sign are
    what your checks rest on: the site's key, and the hash of the first entry.

    """
  }

  private static let foot = """

    ASK FOR
      a bundle        custody export bundle -o bundle
      a checkpoint    custody checkpoint publish -o kept.note
    The bundle has no names of patients and no free text, unless you ask for some:
    `--disclose note`, `--disclose 18:name`.

    RUN, on your own machine, with your own copy of the scripts
      python3 verify.py bundle VKEY              Python 3 and openssl
      bash verify.sh bundle VKEY                 bash, openssl, coreutils
      custody verify bundle --trust page.txt     the program, which looks deeper
    VKEY is the word after `log` above.

    NEXT TIME, the ledger must extend the checkpoint that you kept
      custody verify bundle --trust page.txt --since kept.note

    THE VERDICT IS THE LAST LINE
      consistent to N     every byte, signature and hash of N entries fits
      tamper evidence     something was changed; the line names the first place
      not proven          entries or signatures are missing; ask for them
      unreadable          a file is missing, or is not what it should be

    Compare the checkpoint with another inspector's. Two that the site signed,
    of one size and with different roots, or where one does not extend the
    other, convict whoever holds the site's key: keep both.

    A site that holds all its keys can write another history since the last
    checkpoint that left the building. Take one away with you each time.
    """
}
