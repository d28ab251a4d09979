extension Report {
  /// The report with other words in every sentence: what numbers, names and formulas say stays.
  ///
  /// - Parameter word: turns a sentence into that of the reader, such as one that names flags instead of settings.
  package func worded(_ word: (String) -> String) -> Report {
    var report = self
    report.experiment.notes = experiment.notes.map(word)
    for k in warnings.indices { report.warnings[k].text = word(warnings[k].text) }
    report.claims = claims.map { $0.worded(word) }
    switch section {
    case .comparison(var section):
      section.notes = section.notes.map(word)
      for k in section.rates.indices { section.rates[k].outcome = word(section.rates[k].outcome) }
      report.section = .comparison(section)
    case .integration(var section):
      section.outcome = word(section.outcome)
      section.remedy = word(section.remedy)
      let incompleteness = section.error?.incompleteness.map(word)
      section.error?.incompleteness = incompleteness
      report.section = .integration(section)
    case .measured(var section):
      section.outcome = word(section.outcome)
      section.remedy = word(section.remedy)
      report.section = .measured(section)
    case .tabulated(var section):
      section.outcome = word(section.outcome)
      section.remedy = word(section.remedy)
      report.section = .tabulated(section)
    case nil: break
    }
    return report
  }
}

extension ClaimReport {
  fileprivate func worded(_ word: (String) -> String) -> ClaimReport {
    var report = self
    report.statement = word(statement)
    report.judgement.reason = word(judgement.reason)
    report.notes = notes.map(word)
    for k in hypotheses.indices {
      report.hypotheses[k].statement = word(hypotheses[k].statement)
      report.hypotheses[k].detail = word(hypotheses[k].detail)
    }
    for k in rungs.indices {
      report.rungs[k].outcome = word(rungs[k].outcome)
      report.rungs[k].notes = rungs[k].notes.map(word)
    }
    for k in controls.indices {
      report.controls[k].name = word(controls[k].name)
      report.controls[k].reason = word(controls[k].reason)
      report.controls[k].notCounted = controls[k].notCounted.map(word)
    }
    for k in tables.indices {
      report.tables[k].rows = tables[k].rows.map { row in
        row.map { cell in if case .text(let text) = cell { .text(word(text)) } else { cell } }
      }
    }
    return report
  }
}
