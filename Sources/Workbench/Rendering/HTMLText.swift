import Presentation
import Verdicts

/// A report as one page that needs nothing else: no network, no script, figures within it. Every text is escaped where it is rendered.
package enum HTMLText {
  /// A figure as it was drawn, or why it was not.
  package enum Drawing: Sendable {
    case drawn(GnuplotSVG, title: String)
    case missing(title: String, reason: String)
  }

  /// - Parameters:
  ///   - drawings: the report's figures.
  ///   - command: the words that made it, as someone would type them.
  package static func render(_ report: some Printable, drawings: [Drawing], command: [String]) -> String {
    let title = ["flowcheck \(report.command)", report.verdict?.rawValue].compactMap(\.self).joined(separator: ": ")
    let head = XML(
      "head", [:],
      [
        XML("meta", ["charset": "utf-8"]),
        XML("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        XML(
          "meta",
          ["http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"]),
        XML("title", text: title), XML("style", [:], [.style(style)]),
      ])
    var body = [XML("h1", text: title)]
    body += outline(report.blocks)
    if !drawings.isEmpty {
      body.append(XML("h2", text: "Figures"))
      body += drawings.map(figure)
    }
    body += [
      XML("h2", text: "Again"),
      XML("pre", ["tabindex": "0"], [XML("code", text: ShellText.line(command))]),
      XML("p", ["class": "version"], text: "flowcheck \(Version.text)\(Version.commit.map { ", commit \($0)" } ?? "")"),
    ]
    let page = XML("html", ["lang": "en"], [head, XML("body", [:], [XML("main", [:], body)])])
    return "<!DOCTYPE html>\n" + page.renderedHTML() + "\n"
  }

  // MARK: Blocks

  private static func outline(_ blocks: [Block]) -> [XML] {
    var page: [XML] = []
    var facts: [XML] = []
    // Every region has a name of its own, for those who go from one to the next.
    var (about, regions) = ("the report", Set<String>())
    func closeFacts() {
      if !facts.isEmpty { page.append(XML("dl", [:], facts)) }
      facts = []
    }
    for block in blocks {
      if case .fact(let name, let text) = block {
        // Of the facts, one is a formula.
        facts += [XML("dt", text: name), XML("dd", [:], name == "loss" ? MathML.sentence(text) : [.text(text)])]
        continue
      }
      closeFacts()
      switch block {
      case .heading(let name, let text):
        about = name
        page += [XML("h2", text: name), XML("p", ["class": "statement", "tabindex": "0"], MathML.sentence(text))]
      case .table(let grid):
        var name = "\(about): \(grid.title ?? "the numbers behind the verdict")"
        while !regions.insert(name).inserted { name += ", further" }
        page.append(table(grid, region: name))
      case .remark(let text): page.append(XML("p", ["class": "remark"], text: text))
      case .control(let text):
        page.append(XML("p", ["class": "control"], text: text.split(separator: " ").joined(separator: " ")))
      case .verdict(let text):
        let word = Verdict.allCases.first { text.contains($0.rawValue) }?.rawValue ?? "none"
        page.append(XML("p", ["class": "verdict \(word)"], text: text.split(separator: " ").joined(separator: " ")))
      case .fact, .gap: break
      }
    }
    closeFacts()
    return page
  }

  private static func table(_ grid: Block.Grid, region: String) -> XML {
    let head = XML(
      "thead", [:], [XML("tr", [:], grid.columns.map { XML("th", ["scope": "col"], text: $0) })])
    let rows = grid.rows.map { row in
      XML(
        "tr", [:],
        row.enumerated().map { column, cell in
          grid.isNumeric(column) ? XML("td", ["class": "number"], text: cell) : XML("td", text: cell)
        })
    }
    return XML(
      "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": region],
      [
        XML(
          "table", [:],
          [XML("caption", text: grid.title ?? "the numbers behind the verdict"), head, XML("tbody", [:], rows)])
      ])
  }

  private static func figure(_ drawing: Drawing) -> XML {
    switch drawing {
    case .drawn(let picture, let title):
      XML("figure", [:], [.picture(picture), XML("figcaption", text: title)])
    case .missing(let title, let reason):
      XML("figure", [:], [XML("p", ["class": "remark"], text: "not drawn: \(reason)"), XML("figcaption", text: title)])
    }
  }

  private static let style: StaticString = """
    html { color: #1a1a1a; background: #ffffff; font: 16px/1.5 Georgia, "Times New Roman", serif; }
    main { max-width: 46rem; margin: 0 auto; padding: 1rem; }
    h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; border-top: 1px solid #cccccc; padding-top: 1rem; }
    dt { font-weight: bold; } dd { margin: 0 0 0.4rem 1.5rem; overflow-wrap: anywhere; }
    .statement { font-size: 1.05rem; overflow-x: auto; }
    .scroll { overflow-x: auto; margin: 1rem 0; } table { border-collapse: collapse; font-size: 0.85rem; }
    caption { text-align: left; font-style: italic; padding-bottom: 0.3rem; }
    th, td { padding: 0.15rem 0.6rem; text-align: left; border-bottom: 1px solid #dddddd; white-space: nowrap; }
    td.number { text-align: right; font-variant-numeric: tabular-nums; }
    .verdict { font-weight: bold; border-left: 0.3rem solid #555555; padding: 0.3rem 0.8rem; background: #f4f4f4; overflow-wrap: anywhere; }
    .verdict.holds { border-color: #00694a; } .verdict.violated { border-color: #b03a00; }
    .control, .remark, .version { font-size: 0.9rem; overflow-wrap: anywhere; }
    figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; } figcaption { font-size: 0.9rem; }
    pre { background: #f4f4f4; padding: 0.6rem; overflow-x: auto; font-size: 0.85rem; }
    @media print { h2 { break-after: avoid; } figure, table, .verdict { break-inside: avoid; } .scroll { overflow: visible; } }
    """
}
