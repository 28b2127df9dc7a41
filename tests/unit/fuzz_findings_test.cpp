// SPDX-License-Identifier: Apache-2.0
// Replays what fuzzing starts from and what it ever found, file by file, in every build:
// tests/fuzz/corpus/TARGET and tests/fuzz/found/TARGET. A file that fails aborts or throws.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/scenario/loader.hpp"
#include "tests/fuzz/entries.hpp"
#undef CHECK  // ours; Catch2's is meant below

#include <catch2/catch.hpp>

namespace tokenfab {
namespace {

namespace fs = std::filesystem;

const fs::path fuzz_folder = fs::path(TOKENFAB_SOURCE_DIR) / "tests" / "fuzz";

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  if (fs::is_directory(folder)) {
    for (const auto& file : fs::directory_iterator(folder)) {
      files.push_back(file.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string contents_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("fuzzing: every kept input is answered") {
  for (const auto& entry : fuzz::entries()) {
    const auto seeds = files_in(fuzz_folder / "corpus" / entry.name);
    INFO(entry.name);
    CHECK(!seeds.empty());
    for (const auto& files : {seeds, files_in(fuzz_folder / "found" / entry.name)}) {
      for (const auto& file : files) {
        INFO(file.string());
        entry.run(contents_of(file));
      }
    }
  }
}

TEST_CASE("fuzzing: every folder of kept inputs belongs to a target") {
  for (const auto* kept : {"corpus", "found"}) {
    for (const auto& folder : files_in(fuzz_folder / kept)) {
      INFO(folder.string());
      CHECK(std::any_of(fuzz::entries().begin(), fuzz::entries().end(), [&](const auto& entry) {
        return entry.name == folder.filename().string();
      }));
    }
  }
}

TEST_CASE("fuzzing: kept scenarios go through the whole loader") {
  for (const auto* kept : {"corpus", "found"}) {
    for (const auto& file : files_in(fuzz_folder / kept / "scenario")) {
      INFO(file.string());
      try {
        load_scenario({file.string(), {}, {}, {}, {}});
      } catch (const InputError& error) {
        CHECK(!error.problems().empty());
      }
    }
  }
}

}  // namespace
}  // namespace tokenfab
