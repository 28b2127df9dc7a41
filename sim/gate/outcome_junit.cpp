// SPDX-License-Identifier: Apache-2.0
// JUnit XML. There is no standard; these elements and attributes are those of the schema that
// Jenkins' xunit plugin checks against (junit-10.xsd).
#include <fmt/format.h>

#include "sim/gate/escapes.hpp"
#include "sim/gate/outcome_texts.hpp"

namespace tokenfab {
namespace {

std::string case_text(const GateCheck& check) {
  auto text = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
                          xml_text(check.name.subject), xml_text(check.name.item));
  const auto message = check.waiver.empty() ? check.message : check.message + "; " + check.waiver;
  switch (check.verdict) {
    case Verdict::Failed:
      return text + fmt::format(
                        ">\n      <failure type=\"gate\" message=\"{}\">{}</failure>\n"
                        "    </testcase>\n",
                        xml_text(message), xml_text(check.name.text() + ": " + message));
    case Verdict::Waived:
      return text + fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n",
                                xml_text(message));
    case Verdict::Passed:
      return text + "/>\n";
    default:
      return text + fmt::format(">\n      <system-out>{}: {}</system-out>\n    </testcase>\n",
                                word_of(check.verdict), xml_text(message));
  }
}

struct Suite {
  std::string name;
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t skipped = 0;
  std::string cases;
};

}  // namespace

std::string outcome_junit(const GateOutcome& outcome) {
  std::vector<Suite> suites;  // the checks of a result stand together
  for (const auto& check : outcome.checks) {
    if (suites.empty() || suites.back().name != check.name.subject) {
      suites.push_back({check.name.subject, 0, 0, 0, ""});
    }
    auto& suite = suites.back();
    ++suite.tests;
    suite.failures += check.verdict == Verdict::Failed ? 1 : 0;
    suite.skipped += check.verdict == Verdict::Waived ? 1 : 0;
    suite.cases += case_text(check);
  }
  auto text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"tokenfab gate\" tests=\"{}\" failures=\"{}\" errors=\"0\" time=\"0\">\n",
      outcome.checks.size(), outcome.count(Verdict::Failed));
  for (const auto& suite : suites) {
    text += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" "
        "time=\"0\">\n{}  </testsuite>\n",
        xml_text(suite.name), suite.tests, suite.failures, suite.skipped, suite.cases);
  }
  return text + "</testsuites>\n";
}

}  // namespace tokenfab
