// SPDX-License-Identifier: Apache-2.0
#include "tests/program/program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

namespace tokenfab::program {

namespace fs = std::filesystem;

namespace {

// Beside the sandbox, so that its files are the program's alone.
constexpr const char* out_suffix = ".out";
constexpr const char* err_suffix = ".err";

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) {
    result.push_back(text.data());
  }
  result.push_back(nullptr);
  return result;
}

}  // namespace

Sandbox::Sandbox() {
  std::string name = (fs::temp_directory_path() / "tokenfab-test-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  folder_ = name;
}

Sandbox::~Sandbox() {
  std::error_code ignored;
  fs::permissions(folder_, fs::perms::owner_all, ignored);
  fs::remove_all(folder_, ignored);
  fs::remove(folder_.string() + out_suffix, ignored);
  fs::remove(folder_.string() + err_suffix, ignored);
}

void Sandbox::write(const std::string& name, const std::string& content) const {
  fs::create_directories((folder_ / name).parent_path());
  std::ofstream file(folder_ / name, std::ios::binary);
  file << content;
  REQUIRE(file.good());
  written_.push_back(name);
}

std::string Sandbox::read(const std::string& name) const {
  REQUIRE(fs::is_regular_file(folder_ / name));
  return content_of(folder_ / name);
}

std::vector<std::string> Sandbox::files() const {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder_)) {
    auto name = fs::relative(entry.path(), folder_).string();
    if (!entry.is_directory() &&
        std::find(written_.begin(), written_.end(), name) == written_.end()) {
      names.push_back(std::move(name));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

pid_t Sandbox::start(const std::vector<std::string>& arguments) const {
  std::vector<std::string> words{TOKENFAB_BINARY_DIR "/tokenfab"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> environment{"PATH=/usr/bin:/bin", "LC_ALL=C",
                                       "TOKENFAB_DATA=" + data_folders_};
  // A sanitizer build keeps its options.
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) {
      environment.push_back(std::string(name) + "=" + value);
    }
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder_.c_str());
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC;
  const std::string out = folder_.string() + out_suffix;
  const std::string err = folder_.string() + err_suffix;
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), flags, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), flags, 0600);
  pid_t process = 0;
  const int error = ::posix_spawn(&process, words[0].c_str(), &actions, nullptr,
                                  pointers(words).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  REQUIRE(error == 0);
  return process;
}

Finished Sandbox::wait(pid_t process) const {
  constexpr auto longest = std::chrono::seconds(10);
  const auto deadline = std::chrono::steady_clock::now() + longest;
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(process, &status, WNOHANG)) == 0) {
    if (std::chrono::steady_clock::now() > deadline) {
      ::kill(process, SIGKILL);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  REQUIRE(ended == process);
  Finished finished;
  finished.code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  finished.out = content_of(folder_.string() + out_suffix);
  finished.err = content_of(folder_.string() + err_suffix);
  return finished;
}

Finished Sandbox::run(const std::vector<std::string>& arguments) const {
  return wait(start(arguments));
}

Finished expect_code(const Sandbox& sandbox, const std::vector<std::string>& arguments, int code) {
  auto finished = sandbox.run(arguments);
  INFO(finished.out << finished.err);
  CHECK(finished.code == code);
  return finished;
}

std::string small_scenario() {
  return R"({
  "scenario_version": 1,
  "name": "small",
  "sites": {
    "site": {
      "energy": {
        "grid": {
          "tariff": {"model": "flat", "price": "0.09 USD/kWh"},
          "carbon": {"model": "flat", "intensity": "370 g/kWh"}
        }
      },
      "cooling": {"model": "constant_pue", "pue": 1.25},
      "clusters": {"h100": {"node": {"use": "hgx-h100"}, "nodes": 2}}
    }
  },
  "models": {"llama": {"use": "llama-3.1-70b"}},
  "services": {
    "chat": {
      "model": "llama",
      "pools": {
        "main": {"cluster": "site/h100", "replicas": 2, "engine": {"tensor_parallel_size": 8}}
      },
      "router": {"model": "round_robin"}
    }
  },
  "workloads": {
    "load": {
      "model": "synthetic",
      "service": "chat",
      "request_rate": "5 /s",
      "num_prompts": 50,
      "isl": 500,
      "osl": 20
    }
  },
  "output": {"series": "1 s"}
}
)";
}

std::string trace_scenario(const std::string& path, const std::string& format) {
  auto text = small_scenario();
  const auto begin = text.find("    \"load\"");
  const auto end = text.find("  \"output\"");
  return text.replace(begin, end - begin,
                      "    \"load\": {\"model\": \"trace\", \"service\": \"chat\",\n"
                      "             \"format\": \"" +
                          format + "\", \"path\": \"" + path + "\"}\n  },\n");
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  INFO("looking for " << from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string place_of(const std::string& text, const std::string& needle) {
  const auto at = text.find(needle);
  INFO("looking for " << needle);
  REQUIRE(at != std::string::npos);
  const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  const auto start = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
  const auto column = start == std::string::npos ? at + 1 : at - start;
  return "scenario.json:" + std::to_string(line + 1) + ":" + std::to_string(column);
}

void expect_words(const std::string& text, const std::vector<std::string>& words) {
  constexpr std::size_t shown = 4000;
  for (const auto& word : words) {
    INFO("looking for: " << word << "\nin: " << text.substr(0, shown));
    const bool is_found = text.find(word) != std::string::npos;
    CHECK(is_found);
  }
}

void expect_refused(const Sandbox& sandbox, const std::string& text, int code,
                    const std::vector<std::string>& words,
                    const std::vector<std::string>& arguments) {
  sandbox.write("scenario.json", text);
  std::vector<std::string> all{"run", "scenario.json", "--out", "out"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const auto finished = sandbox.run(all);
  expect_words(finished.err, words);
  CHECK(finished.code == code);
  CHECK(finished.out.empty());
  CHECK(finished.err.size() < 20000);  // hostile input is quoted in part
  CHECK(sandbox.files().empty());
}

Finished run_well(const Sandbox& sandbox, const std::string& text,
                  const std::vector<std::string>& arguments) {
  sandbox.write("scenario.json", text);
  std::vector<std::string> all{"run", "scenario.json", "--out", "out"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  auto finished = sandbox.run(all);
  INFO(finished.err);
  REQUIRE(finished.code == ok);
  return finished;
}

std::string gzipped(const std::string& text) {
  const Sandbox sandbox;
  sandbox.write("plain", text);
  const auto command = "gzip -n " + (sandbox.folder() / "plain").string();
  REQUIRE(std::system(command.c_str()) == 0);
  return sandbox.read("plain.gz");
}

}  // namespace tokenfab::program
