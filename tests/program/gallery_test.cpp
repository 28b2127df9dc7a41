// SPDX-License-Identifier: Apache-2.0
// The gallery: every run of every entry comes out as scenarios/gallery/expected.json says, and the
// page shows what was found. After a wanted change: tools/gallery.sh --update.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "sim/config/document.hpp"
#include "sim/report/read_report.hpp"
#include "tests/program/program.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab::program {
namespace {

namespace fs = std::filesystem;

const std::string gallery = TOKENFAB_SOURCE_DIR "/scenarios/gallery/";
const std::string docs = TOKENFAB_SOURCE_DIR "/docs/";

// A test case each, so that they are played side by side.
constexpr std::array entries = {"one-replica",        "azure-day",         "chip-generations",
                                "ascend-generations", "supernode-or-rack", "deepseek-factory",
                                "agents-day",         "video-factory",     "solar-battery-100mw",
                                "training-failures",  "mixed-day",         "price-shock",
                                "heat-wave",          "export-control"};

double number(const Node& node) {
  return node.kind == NodeKind::Integer ? static_cast<double>(node.integer) : node.number;
}

const Node& member(const Node& node, const std::string& key) {
  const auto* found = node.find(key);
  INFO("looking for " << key);
  REQUIRE(found != nullptr);
  return *found;
}

const Node& entry(const Node& index, const std::string& name) {
  for (const auto& one : member(index, "entries").items) {
    if (member(one, "name").text == name) {
      return one;
    }
  }
  FAIL("no entry " << name);
  return index;
}

using Values = std::map<std::string, double>;

/// Leaves the run's result in `folder`; answers its numbers.
Values played(const Sandbox& sandbox, const Node& run, const std::string& folder) {
  std::vector<std::string> arguments{"run", gallery + member(run, "scenario").text, "--out",
                                     folder};
  for (const auto& setting : member(run, "set").members) {
    arguments.insert(arguments.end(), {"--set", setting.key + "=" + setting.value.text});
  }
  const auto finished = sandbox.run(arguments);
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  const auto report = flat_report(sandbox.read(folder + "/report.json"), "report.json");
  return {report.begin(), report.end()};
}

Values expected_of(const Node& expected, const std::string& run) {
  Values values;
  for (const auto& metric : member(member(expected, "results"), run).members) {
    values[metric.key] = number(metric.value);
  }
  return values;
}

void play_entry(const std::string& name) {
  const auto index = load_document(gallery + "index.json");
  const auto expected = load_document(gallery + "expected.json");
  const Sandbox sandbox;
  std::vector<std::string> gate{
      "gate",     "--baseline", gallery + "expected.json", "--policy", gallery + "policy.json",
      "--partial"};
  for (const auto& run : member(entry(index, name), "runs").items) {
    const auto label = name + "/" + member(run, "label").text;
    const auto folder = "run" + std::to_string(gate.size());
    const auto is = played(sandbox, run, folder);
    const auto was = expected_of(expected, label);
    REQUIRE(was.size() >= 6);
    for (const auto& metric : member(entry(index, name), "expected").items) {
      INFO(label << ": " << metric.text);
      REQUIRE(was.contains(metric.text) == is.contains(metric.text));
    }
    gate.push_back(label + "=" + folder);
  }
  const auto finished = sandbox.run(gate);
  INFO(finished.out << finished.err);
  REQUIRE(finished.code == ok);
}

TEST_CASE("gallery: one replica") { play_entry("one-replica"); }
TEST_CASE("gallery: Azure day") { play_entry("azure-day"); }
TEST_CASE("gallery: chip generations") { play_entry("chip-generations"); }
TEST_CASE("gallery: Ascend generations") { play_entry("ascend-generations"); }
TEST_CASE("gallery: supernode or rack") { play_entry("supernode-or-rack"); }
TEST_CASE("gallery: DeepSeek factory") { play_entry("deepseek-factory"); }
TEST_CASE("gallery: agents' day") { play_entry("agents-day"); }
TEST_CASE("gallery: video factory") { play_entry("video-factory"); }
TEST_CASE("gallery: 100 MW of sun and batteries") { play_entry("solar-battery-100mw"); }
TEST_CASE("gallery: training with failures") { play_entry("training-failures"); }
TEST_CASE("gallery: mixed day") { play_entry("mixed-day"); }
TEST_CASE("gallery: price shock") { play_entry("price-shock"); }
TEST_CASE("gallery: heat wave") { play_entry("heat-wave"); }
TEST_CASE("gallery: export control") { play_entry("export-control"); }

/// The section of docs/gallery.md under the entry's title.
std::string section(const std::string& page, const std::string& title) {
  const auto begin = page.find("\n## " + title + "\n");
  INFO("section " << title);
  REQUIRE(begin != std::string::npos);
  return page.substr(begin, page.find("\n## ", begin + 1) - begin);
}

std::set<std::string> runs_of(const Node& entry) {
  std::set<std::string> names;
  for (const auto& run : member(entry, "runs").items) {
    names.insert(member(entry, "name").text + "/" + member(run, "label").text);
  }
  return names;
}

TEST_CASE("gallery: every entry is played, told and drawn, and nothing else is kept") {
  const auto index = load_document(gallery + "index.json");
  const auto expected = load_document(gallery + "expected.json");
  const auto page = read_file(docs + "gallery.md");
  REQUIRE(member(index, "entries").items.size() == entries.size());
  std::set<std::string> runs;
  std::set<std::string> files{"index.json", "expected.json", "policy.json"};
  for (const auto* name : entries) {
    INFO(name);
    const auto& one = entry(index, name);
    const auto text = section(page, member(one, "title").text);
    expect_words(text, {"](images/gallery/" + std::string(name) + ".svg)",
                        "<!-- numbers of " + std::string(name) + " -->", "tools/gallery.sh"});
    REQUIRE(fs::is_regular_file(docs + "images/gallery/" + name + ".svg"));
    runs.merge(runs_of(one));
    for (const auto& run : member(one, "runs").items) {
      files.insert(member(run, "scenario").text);
    }
  }
  std::set<std::string> kept;
  for (const auto& run : member(expected, "results").members) {
    kept.insert(run.key);
  }
  REQUIRE(kept == runs);
  for (const auto& file : fs::directory_iterator(gallery)) {
    REQUIRE(files.contains(file.path().filename().string()));
  }
}

/// 12345.6 -> "12,346", 0.012345 -> "0.0123": three digits that count, as figures.jq shows them.
std::string digits(double value) {
  std::array<char, 32> text{};
  if (std::abs(value) < 99.95) {
    std::snprintf(text.data(), text.size(), "%.3g", value);
    return text.data();
  }
  std::snprintf(text.data(), text.size(), "%.0f", value);
  std::string grouped = text.data();
  for (auto at = static_cast<int>(grouped.size()) - 3; at > 0; at -= 3) {
    grouped.insert(static_cast<std::size_t>(at), ",");
  }
  return grouped;
}

std::optional<double> cell(const Node& column, const Values& values) {
  const auto found = values.find(member(column, "value").text);
  if (found == values.end()) {
    return std::nullopt;
  }
  double value = found->second;
  if (const auto* factor = column.find("times")) {
    value *= number(*factor);
  }
  if (const auto* others = column.find("per")) {
    for (const auto& other : others->items) {
      value /= values.at(other.text);
    }
  }
  return value;
}

/// Every number in bold is one of the cells, as it stands there: prose does not outlive its run.
void check_bold_numbers(const std::string& text, const std::set<std::string>& cells) {
  for (auto at = text.find("**"); at != std::string::npos; at = text.find("**", at + 2)) {
    const auto end = text.find("**", at + 2);
    REQUIRE(end != std::string::npos);
    const auto bold = text.substr(at + 2, end - at - 2);
    INFO("quoted: " << bold);
    REQUIRE(cells.contains(bold));
    at = end;
  }
}

TEST_CASE("gallery: the page's tables and the numbers it quotes are those expected") {
  const auto index = load_document(gallery + "index.json");
  const auto expected = load_document(gallery + "expected.json");
  const auto page = read_file(docs + "gallery.md");
  for (const auto& one : member(index, "entries").items) {
    const auto text = section(page, member(one, "title").text);
    std::set<std::string> cells;
    for (const auto& run : member(one, "runs").items) {
      const auto& label = member(run, "label").text;
      const auto values = expected_of(expected, member(one, "name").text + "/" + label);
      std::string row = "\n| " + label + " |";
      for (const auto& column : member(one, "table").items) {
        const auto value = cell(column, values);
        cells.insert(value ? digits(*value) : "-");
        row += " " + (value ? digits(*value) : "-") + " |";
      }
      expect_words(text, {row + "\n"});
    }
    check_bold_numbers(text, cells);
  }
}

}  // namespace
}  // namespace tokenfab::program
