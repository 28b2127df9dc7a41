// SPDX-License-Identifier: Apache-2.0
// What a gate prints: text escaped for each reader, whatever names hold.
#include <algorithm>
#include <cmath>
#include <map>

#include "sim/config/document.hpp"
#include "sim/core/random.hpp"
#include "sim/gate/escapes.hpp"
#include "sim/gate/outcome_texts.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab {
namespace {

using Catch::Contains;

/// What an XML parser reads in an attribute or element.
std::string xml_read(const std::string& text) {
  static const std::map<std::string, std::string> entities{
      {"amp", "&"},  {"lt", "<"},   {"gt", ">"}, {"quot", "\""},
      {"#10", "\n"}, {"#13", "\r"}, {"#9", "\t"}};
  std::string read;
  for (std::size_t i = 0; i < text.size(); ++i) {
    REQUIRE((text[i] != '<' && text[i] != '>' && text[i] != '"'));
    if (text[i] != '&') {
      read += text[i];
      continue;
    }
    const auto end = text.find(';', i);
    REQUIRE(end != std::string::npos);
    read += entities.at(text.substr(i + 1, end - i - 1));
    i = end;
  }
  return read;
}

/// As the runner of GitHub reads commands: %XX back to bytes.
std::string command_read(const std::string& text) {
  std::string read;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      read += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      read += text[i];
    }
  }
  return read;
}

/// Text of all kinds of characters that are allowed everywhere.
std::string random_text(RandomStream& random) {
  static const std::vector<std::string> pieces{
      "<",   ">",     "&",   "\"",       "'", "%", ",", ":",  "\n",
      "\r",  "\t",    "|",   "\\",       "`", "*", "é", "中", "\xF0\x9F\x98\x80",
      "]]>", "&amp;", "%0A", "::error ", "a", "0", " ", "-->"};
  std::string text;
  const auto length = static_cast<int>(30 * random.uniform());
  for (int i = 0; i < length; ++i) {
    text += pieces[static_cast<std::size_t>(random.uniform() * static_cast<double>(pieces.size()))];
  }
  return text;
}

TEST_CASE("escapes: what was written is read back") {
  RandomStream random(1, 0, "test", "escapes");
  for (int round = 0; round < 2000; ++round) {
    const auto text = random_text(random);
    INFO(text);
    REQUIRE(xml_read(xml_text(text)) == text);
    const auto message = command_message(text);
    REQUIRE(command_read(message) == text);
    REQUIRE(message.find_first_of("\r\n") == std::string::npos);
    const auto property = command_property(text);
    REQUIRE(command_read(property) == text);
    REQUIRE(property.find_first_of("\r\n:,") == std::string::npos);
    REQUIRE(terminal_text(text).find_first_of("\r\n\t") == std::string::npos);
    const auto cell = markdown_text(text);
    REQUIRE(cell.find_first_of("\r\n<>") == std::string::npos);
  }
}

TEST_CASE("escapes: bytes that are no text become question marks") {
  const std::string bytes("a\x00\x1b[31m\xff\xc0\xaf\xed\xa0\x80z", 14);
  CHECK(xml_text(bytes) == "a??[31m??????z");
  CHECK(terminal_text(bytes) == "a??[31m??????z");
  CHECK(xml_text("\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBF\xBD") == "??\xEF\xBF\xBD");
  CHECK(markdown_text("a|b_c\n<x> www.y.z @me #1") ==
        "a\\|b\\_c &#60;x&#62; www\\.y.z &#64;me &#35;1");
}

GateCheck check(const std::string& subject, const std::string& item, Verdict verdict,
                const std::string& message = "") {
  GateCheck made;
  made.name = {subject, item};
  made.verdict = verdict;
  made.message = message;
  return made;
}

GateOutcome sample() {
  GateOutcome outcome;
  outcome.checks = {check("a", "cost_total_usd", Verdict::Failed, "1 -> 2 (+100 %)"),
                    check("a", "x<&\">", Verdict::Waived, "worse"),
                    check("b\n::error::x", "mfu", Verdict::Improved, "better"),
                    check("b\n::error::x", "pue", Verdict::Passed)};
  outcome.checks[0].baseline = 1;
  outcome.checks[0].now = 2;
  outcome.checks[0].relative = 1;
  outcome.checks[1].waiver = "waived until 2027-01-31: known";
  outcome.costs = {{"a", "energy", 1, 2}, {"a", "energy/grid|x", 1, 2}, {"a", "chips", 1, 1}};
  outcome.notes = {"c: not in the baseline"};
  return outcome;
}

TEST_CASE("text: failures first, the sum last, a name never begins a line") {
  CHECK(outcome_text(sample()) ==
        "failed    a:cost_total_usd: 1 -> 2 (+100 %)\n"
        "waived    a:x<&\">: worse\n"
        "          waived until 2027-01-31: known\n"
        "improved  b?::error::x:mfu: better\n"
        "cost      a:energy: USD 1 -> 2 (+100 %)\n"
        "note      c: not in the baseline\n"
        "gate failed: 4 checks, 1 failed, 0 warned, 1 waived, 1 improved\n");
}

TEST_CASE("JUnit: a suite per result, a case per check, counts that fit") {
  CHECK(
      outcome_junit(sample()) ==
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"tokenfab gate\" tests=\"4\" failures=\"1\" errors=\"0\" time=\"0\">\n"
      "  <testsuite name=\"a\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\" time=\"0\">\n"
      "    <testcase classname=\"a\" name=\"cost_total_usd\" time=\"0\">\n"
      "      <failure type=\"gate\" message=\"1 -&gt; 2 (+100 %)\">"
      "a:cost_total_usd: 1 -&gt; 2 (+100 %)</failure>\n"
      "    </testcase>\n"
      "    <testcase classname=\"a\" name=\"x&lt;&amp;&quot;&gt;\" time=\"0\">\n"
      "      <skipped message=\"worse; waived until 2027-01-31: known\"/>\n"
      "    </testcase>\n"
      "  </testsuite>\n"
      "  <testsuite name=\"b&#10;::error::x\" tests=\"2\" failures=\"0\" errors=\"0\" "
      "skipped=\"0\" time=\"0\">\n"
      "    <testcase classname=\"b&#10;::error::x\" name=\"mfu\" time=\"0\">\n"
      "      <system-out>improved: better</system-out>\n"
      "    </testcase>\n"
      "    <testcase classname=\"b&#10;::error::x\" name=\"pue\" time=\"0\"/>\n"
      "  </testsuite>\n"
      "</testsuites>\n");
}

TEST_CASE("Markdown: a table of what changed, costs, notes") {
  const auto text = outcome_markdown(sample());
  CHECK_THAT(text, Contains("## Cost gate failed\n\n4 checks: 1 failed, 0 warned, 1 waived") &&
                       Contains("| failed | a\\:cost\\_total\\_usd | 1 | 2 | +100 % | ") &&
                       Contains("| a | energy/grid\\|x | 1 | 2 | 1 | +100 % |") &&
                       Contains("* c\\: not in the baseline") && !Contains("pue"));
  CHECK_THAT(outcome_markdown({}), Contains("Nothing changed beyond the tolerances."));
}

TEST_CASE("annotations: GitHub's commands, ten of a kind at most") {
  CHECK(outcome_annotations(sample(), "base,line.json") ==
        "::error file=base%2Cline.json,title=cost gate%3A a%3Acost_total_usd::1 -> 2 (+100 %25)\n");
  GateOutcome many;
  for (int i = 0; i < 12; ++i) {
    many.checks.push_back(check("a", std::to_string(i), Verdict::Failed, "m"));
    many.checks.push_back(check("a", std::to_string(i), Verdict::Warned, "m"));
  }
  const auto text = outcome_annotations(many, "b");
  CHECK(std::count(text.begin(), text.end(), '\n') == 20);
  CHECK_THAT(text, Contains("::error file=b,title=cost gate::3 more, see the log\n"));
}

TEST_CASE("JSON: every check, and numbers that JSON can hold") {
  auto outcome = sample();
  outcome.checks[0].relative = INFINITY;
  const auto document = parse_document(outcome_json(outcome), "gate.json");
  CHECK(!find_pointer(document, "/passed")->boolean);
  CHECK(find_pointer(document, "/counts/failed")->integer == 1);
  CHECK(find_pointer(document, "/checks")->items.size() == 4);
  CHECK(find_pointer(document, "/checks/0/relative") == nullptr);
  CHECK(find_pointer(document, "/checks/2/subject")->text == "b\n::error::x");
  CHECK(find_pointer(document, "/costs/1/item")->text == "energy/grid|x");
}

TEST_CASE("benchmark: values of which lower ones are better, of the listed checks") {
  auto outcome = sample();
  outcome.checks[2].now = 0.5;
  outcome.checks[3].now = 1.2;
  const auto all = parse_document(outcome_benchmark(outcome, {}), "bench.json");
  REQUIRE(all.items.size() == 2);  // of mfu higher ones are, and x has no value
  CHECK(find_pointer(all, "/0/name")->text == "a:cost_total_usd");
  CHECK(find_pointer(all, "/0/unit")->text == "USD");
  CHECK(find_pointer(all, "/0/value")->number == 2);
  CHECK(find_pointer(all, "/0/extra")->text == "1 -> 2 (+100 %)");
  const auto some = parse_document(outcome_benchmark(outcome, {"pue"}), "bench.json");
  CHECK(some.items.size() == 1);
}

}  // namespace
}  // namespace tokenfab
