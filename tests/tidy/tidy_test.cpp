// SPDX-License-Identifier: Apache-2.0
// The style and the dependency rule, enforced. Each rule is tried twice: on small files that break
// it, because a rule that cannot fail is no test, and on the repository itself.
#include <algorithm>
#include <catch2/catch.hpp>
#include <iostream>
#include <string>
#include <string_view>

#include "rules.hpp"

using namespace tokenfab::tidy;

namespace {

/// The repository, read once per process.
const Repository& repository() {
  static const Repository files = load_repository(TOKENFAB_SOURCE_DIR);
  return files;
}

/// Holds if there are none; prints all otherwise, by itself because Catch folds lines at 80
/// columns.
void check_none(const Violations& found) {
  for (const auto& violation : found) {
    std::cerr << violation << "\n";
  }
  INFO(found.size() << " violations, listed above");
  CHECK(found.empty());
}

/// "path:line" of each violation: what the self-tests compare.
std::vector<std::string> places(const Violations& found) {
  std::vector<std::string> result;
  for (const auto& violation : found) {
    result.push_back(violation.substr(0, violation.find(": ")));
  }
  return result;
}

using Places = std::vector<std::string>;

Places places_of(Violations (*rule)(const Repository&), const Repository& files) {
  return places(rule(files));
}

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) {
    result += text;
  }
  return result;
}

}  // namespace

TEST_CASE("the repository is read") {
  const auto has = [](std::string_view path) {
    return std::any_of(repository().begin(), repository().end(),
                       [&](const auto& file) { return file.path == path; });
  };
  CHECK(has("sim/core/units.hpp"));
  CHECK(has("tests/tidy/tidy_test.cpp"));
  CHECK(has("CMakeLists.txt"));
  CHECK(has(".ci/run"));
  for (const auto& file : repository()) {
    INFO(file.path);
    CHECK_FALSE(file.path.starts_with("build"));
    CHECK_FALSE(file.path.starts_with(".git/"));
  }
}

TEST_CASE("folders include only what the dependency rule allows") {
  check_none(broken_include_arrows(repository()));
}

TEST_CASE("third-party libraries stay in their folders") {
  check_none(misplaced_libraries(repository()));
}

TEST_CASE("lines and files and functions are short") { check_none(oversized_code(repository())); }

TEST_CASE("every source file opens with its licence") {
  check_none(missing_licence_lines(repository()));
}

TEST_CASE("no banned calls and no unfinished work") { check_none(banned_words(repository())); }

TEST_CASE("no file names a path of the development machine") {
  check_none(host_paths(repository()));
}

TEST_CASE("names say what a thing is") { check_none(empty_names(repository())); }

TEST_CASE("every header is guarded") { check_none(missing_pragma_once(repository())); }

TEST_CASE("no model is an orphan") { check_none(orphan_models(repository())); }

TEST_CASE("blanking keeps code and columns and drops comments and literals") {
  const auto file = make_source("sim/core/a.cpp",
                                "int a = 1'000; // b\n"
                                "f(\"c \\\" d\", 'e', u'\\'', x); /* g\n"
                                "h */ i(R\"t(j\n"
                                ")\" k)t\", l);\n");
  REQUIRE(file.code.size() == file.lines.size());
  const std::vector<std::string> expected = {
      "int a = 1'000;     ", "f(        ,    , u    , x);     ", "     i(R    ", "       , l);"};
  CHECK(file.code == expected);
}

TEST_CASE("function bodies are found and measured") {
  const auto scan = function_bodies(make_source("sim/core/a.cpp",
                                                "namespace a {\n"                         // 1
                                                "#define OPEN {\n"                        // 2
                                                "struct B : C<int> {\n"                   // 3
                                                "  B() : x_{1}, y_(2) {\n"                // 4
                                                "    if (x_) { y_ = 1; }\n"               // 5
                                                "  }\n"                                   // 6
                                                "  int x_{0}, y_ = 0;\n"                  // 7
                                                "};\n"                                    // 8
                                                "template <class T = int(3)>\n"           // 9
                                                "struct alignas(8) D {};\n"               // 10
                                                "const int table[] = {\n"                 // 11
                                                "  f(1), 2};\n"                           // 12
                                                "template <class T>\n"                    // 13
                                                "auto g(T t = {}, int u = 1) -> int {\n"  // 14
                                                "\n"                                      // 15
                                                "\n"                                      // 16
                                                "}\n"                                     // 17
                                                "const auto h = [](int i) {\n"            // 18
                                                "  return \"}\"; };\n"                    // 19
                                                "extern \"C\" {\n"                        // 20
                                                "void j() {}\n"                           // 21
                                                "}\n"                                     // 22
                                                "}\n"));
  CHECK(scan.is_balanced);
  std::vector<std::pair<std::size_t, std::size_t>> bodies;
  for (const auto& body : scan.bodies) {
    bodies.emplace_back(body.line, body.length);
  }
  // Line 4 opens two braces: the initialiser x_{1}, measured as an empty body, which is harmless.
  const std::vector<std::pair<std::size_t, std::size_t>> expected = {
      {4, 0}, {4, 1}, {14, 2}, {18, 0}, {21, 0}};
  CHECK(bodies == expected);
  CHECK_FALSE(function_bodies(make_source("sim/core/a.cpp", "void f() {\n")).is_balanced);
  CHECK_FALSE(function_bodies(make_source("sim/core/a.cpp", "}\n")).is_balanced);
}

TEST_CASE("self-test: include arrows") {
  const auto include = [](std::string_view from, std::string_view what) {
    const auto text = "// one\n#include \"" + std::string(what) + "\"\n";
    return places_of(broken_include_arrows, {make_source(std::string(from), text)}).size();
  };
  for (const auto& [from, what] :
       std::vector<std::pair<std::string, std::string>>{{"sim/core/a.hpp", "sim/api/b.hpp"},
                                                        {"sim/api/a.hpp", "sim/config/b.hpp"},
                                                        {"sim/config/a.cpp", "sim/data/b.hpp"},
                                                        {"sim/data/a.cpp", "sim/config/b.hpp"},
                                                        {"models/chip/a.cpp", "sim/engine/b.hpp"},
                                                        {"models/chip/a.cpp", "sim/config/b.hpp"},
                                                        {"models/catalog.cpp", "sim/engine/b.hpp"},
                                                        {"sim/metrics/a.cpp", "sim/engine/b.hpp"},
                                                        {"sim/engine/a.cpp", "models/chip/b.hpp"},
                                                        {"sim/engine/a.cpp", "sim/data/b.hpp"},
                                                        {"sim/scenario/a.cpp", "sim/report/b.hpp"},
                                                        {"sim/scenario/a.cpp", "tools/b.hpp"},
                                                        {"sim/report/a.cpp", "sim/scenario/b.hpp"},
                                                        {"sim/report/a.cpp", "models/chip/b.hpp"},
                                                        {"sim/newcomer/a.cpp", "sim/core/b.hpp"},
                                                        {"models/chip/a.cpp", "../chip/b.hpp"},
                                                        {"models/chip/a.cpp", "tools/b.hpp"}}) {
    INFO(from << " -> " << what);
    CHECK(include(from, what) == 1);
  }
  for (const auto& [from, what] : std::vector<std::pair<std::string, std::string>>{
           {"sim/core/a.hpp", "sim/core/b.hpp"},
           {"sim/api/a.hpp", "sim/core/b.hpp"},
           {"models/catalog.cpp", "sim/config/b.hpp"},
           {"models/chip/a.cpp", "models/llm/b.hpp"},
           {"sim/engine/a.cpp", "sim/metrics/b.hpp"},
           {"sim/scenario/a.cpp", "models/chip/b.hpp"},
           {"sim/scenario/a.cpp", "sim/engine/b.hpp"},
           {"sim/report/a.cpp", "sim/config/b.hpp"},
           {"tools/main.cpp", "sim/report/b.hpp"},
           {"tests/unit/a.cpp", "sim/engine/b.hpp"},
           {"models/chip/a.cpp", "generated_table.hpp"}}) {
    INFO(from << " -> " << what);
    CHECK(include(from, what) == 0);
  }
  // A neighbour by its bare name would slip past the table.
  CHECK(places_of(
            broken_include_arrows,
            {make_source("sim/core/a.cpp", "#include \"b.hpp\"\n#  include <sim/api/c.hpp>\n"),
             make_source("sim/core/b.hpp", "")}) == Places{"sim/core/a.cpp:1", "sim/core/a.cpp:2"});
}

TEST_CASE("self-test: libraries") {
  const std::string text =
      "#include <simgrid/s4u.hpp>\n#include <nlohmann/json.hpp>\n#include <CLI/CLI.hpp>\n";
  const auto lines = [&](std::string path) {
    std::string result;
    for (const auto& place : places_of(misplaced_libraries, {make_source(path, text)})) {
      result += place.back();
    }
    return result;
  };
  CHECK(lines("models/chip/a.cpp") == "123");
  CHECK(lines("sim/engine/a.cpp") == "23");
  CHECK(lines("sim/report/a.cpp") == "13");
  CHECK(lines("models/catalog.cpp") == "13");
  CHECK(lines("tools/main.cpp") == "1");
  CHECK(lines("tests/unit/a.cpp") == "13");
}

TEST_CASE("self-test: sizes") {
  const auto found = [](std::string path, const std::string& text) {
    return places_of(oversized_code, {make_source(std::move(path), text)});
  };
  CHECK(found("sim/core/a.cpp", "\n" + repeated("x", 101)) == Places{"sim/core/a.cpp:2"});
  CHECK(found("sim/core/a.cpp", repeated("x", 100)).empty());
  CHECK(found("sim/core/a.cpp", "// " + repeated("\xC2\xB5", 97)).empty());
  CHECK(found("sim/core/a.cpp", "// https://" + repeated("x", 101)).empty());
  CHECK(found("sim/core/a.cpp", "// see https://" + repeated("x", 101)).size() == 1);
  CHECK(found("tools/a.sh", repeated("x", 101)) == Places{"tools/a.sh:1"});
  CHECK(found("models/data/a.json", repeated("x", 101)).empty());
  CHECK(found("tests/unit/a.cpp", repeated("\n", 401)) == Places{"tests/unit/a.cpp:401"});
  CHECK(found("tests/unit/a.cpp", repeated("\n", 400)).empty());
  const auto function = [](int lines) { return "\nint f() {\n" + repeated(";\n", lines) + "}\n"; };
  CHECK(found("sim/core/a.cpp", function(71)) == Places{"sim/core/a.cpp:2"});
  CHECK(found("sim/core/a.cpp", function(70)).empty());
  CHECK(found("sim/core/a.cpp", "int f() {\n") == Places{"sim/core/a.cpp:1"});
}

TEST_CASE("self-test: licence lines") {
  const std::string line = "SPDX-License-Identifier: Apache-2.0\n";
  const auto count = [](std::string path, const std::string& text) {
    return missing_licence_lines({make_source(std::move(path), text)}).size();
  };
  CHECK(count("sim/core/a.cpp", "") == 1);
  CHECK(count("sim/core/a.hpp", "#pragma once\n// " + line) == 1);
  CHECK(count("sim/core/a.hpp", "// " + line) == 0);
  CHECK(count("tools/a.sh", "#!/bin/sh\n\n# " + line) == 1);
  CHECK(count("tools/a.sh", "#!/bin/sh\n# " + line) == 0);
  CHECK(count(".ci/run", "#!/bin/sh\n") == 1);
  CHECK(count("cmake/A.cmake", "\n") == 1);
  CHECK(count("docs/a.md", "\n") == 0);
}

TEST_CASE("self-test: banned words") {
  const auto count = [](std::string path, const std::string& text) {
    return banned_words({make_source(std::move(path), text)}).size();
  };
  for (const std::string bad :
       {"int i = rand();", "srand(1);", "std::random_device d;", "std::mt19937_64 g;",
        "std::default_random_engine e;", "std::uniform_real_distribution<double> u;", "exit(1);",
        "atexit(std::exit);", "std::quick_exit(1);", "_Exit(1);",
        "auto t = std::chrono::system_clock::to_time_t(x);", "getenv(name);", "// TODO later",
        "/* FIXME */", "// XXX"}) {
    INFO(bad);
    CHECK(count("sim/core/a.cpp", "\n" + bad) == 1);
    CHECK(count("models/chip/a.cpp", bad) == 1);
    CHECK(count("docs/a.md", bad) == 0);
  }
  for (const std::string good : {"operand(1);", "on_exit(1);", "f(\"exit(1)\");", "// never rand()",
                                 "Text osl_distribution;", "std::unordered_map<int, int> m;",
                                 "mktemp XXXXXX", "exits(1);"}) {
    INFO(good);
    CHECK(count("sim/core/a.cpp", good) == 0);
  }
  CHECK(count("sim/report/a.cpp", "std::unordered_map<int, int> m;") == 1);
  CHECK(count("models/chip/a.cpp", "auto t = std::chrono::steady_clock::now();") == 1);
  CHECK(count("models/chip/a.cpp", "std::ifstream in;") == 1);
  CHECK(count("tools/main.cpp", "exit(std::getenv(name) != nullptr);") == 0);
  CHECK(count("tools/a.sh", "# TODO") == 1);
}

TEST_CASE("self-test: host paths") {
  const auto count = [](std::string path, const std::string& text) {
    return host_paths({make_source(std::move(path), text)}).size();
  };
  const std::string here = std::string("/wo") + "rk/";
  CHECK(count("docs/a.md", "see " + here + "main") == 1);
  CHECK(count("docs/a.md", "https://example.com" + here + "paper.pdf, then " + here) == 1);
  CHECK(count("docs/a.md", "https://example.com" + here + "paper.pdf") == 0);
  CHECK(count("docs/a.md", "the framework/ folder") == 0);
  CHECK(count("scenarios/a.json", std::string("sha") + "red/judge") == 1);
  CHECK(count("CMakeLists.txt", std::string("x/.lib") + "rary/y") == 1);
  CHECK(count("CMakeLists.txt", std::string("a.lib") + "rary b.lib" + "raries") == 0);
  CHECK(count("tools/run.sh", std::string("..") + "/shared/traces") == 1);
  CHECK(count("tools/test.sh", std::string("..") + "/shared/traces") == 0);
  CHECK(count("tools/test.sh", std::string("sha") + "red/judge") == 1);
}

TEST_CASE("self-test: names") {
  const auto count = [](std::string path, const std::string& text) {
    return empty_names({make_source(std::move(path), text)}).size();
  };
  CHECK(count("sim/core/a.hpp", "class PowerManager;") == 1);
  CHECK(count("sim/core/a.hpp", "struct TestHelpers {") == 1);
  CHECK(count("sim/core/a.hpp", "using MathUtils = int;") == 1);
  CHECK(count("sim/core/string_utils.hpp", "") == 1);
  CHECK(count("tests/unit/Helper.cpp", "") == 1);
  CHECK(count("sim/core/a.hpp", "// class Manager\nstruct Utilization;") == 0);
  CHECK(count("docs/manager.md", "struct Manager") == 0);
}

TEST_CASE("self-test: header guards") {
  CHECK(missing_pragma_once({make_source("sim/core/a.hpp", "// #pragma once\n")}).size() == 1);
  CHECK(missing_pragma_once({make_source("sim/core/a.hpp", "#pragma once\n")}).empty());
  CHECK(missing_pragma_once({make_source("sim/core/a.cpp", "")}).empty());
}

TEST_CASE("self-test: orphan models") {
  Repository files = {
      make_source("models/catalog.cpp", "#include \"models/chip/a.hpp\"\n"),
      make_source("models/chip/a.hpp", ""),
      make_source("models/chip/a.cpp", "#include \"models/chip/b.hpp\"\n"),
      make_source("models/chip/a_table.cpp", "#include \"models/chip/a.hpp\"\n"),
      make_source("models/chip/b.hpp", ""),
      make_source("models/chip/b.cpp", "#include \"models/chip/b.hpp\"\n"),
      make_source("models/llm/c.hpp", ""),
      make_source("sim/scenario/d.cpp", "#include \"models/llm/c.hpp\"\n"),
      make_source("tests/unit/e.cpp", "#include \"models/power/f.hpp\"\n"),
  };
  CHECK(orphan_models(files).empty());
  files.push_back(make_source("models/power/f.cpp", "#include \"models/power/f.hpp\"\n"));
  files.push_back(make_source("models/power/f.hpp", "#include \"models/chip/a.hpp\"\n"));
  CHECK(places_of(orphan_models, files) == Places{"models/power/f.cpp:1", "models/power/f.hpp:1"});
  files.erase(files.begin());  // without a catalogue there is nothing to be missing from
  CHECK(orphan_models(files).empty());
}
