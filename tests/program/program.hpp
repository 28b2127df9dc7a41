// SPDX-License-Identifier: Apache-2.0
// Runs the built program the way a user does: a fresh folder, arguments, exit code, what it prints
// and which files it leaves.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace tokenfab::program {

// Exit codes of the program, as docs/commands.md lists them.
inline constexpr int ok = 0;
inline constexpr int usage = 2;
inline constexpr int scenario_invalid = 3;
inline constexpr int data_invalid = 4;
inline constexpr int infeasible = 5;
inline constexpr int interrupted = 6;
inline constexpr int false_result = 10;

struct Finished {
  int code = 0;  // exit code; a signal that ended the program is negative
  std::string out;
  std::string err;
};

/// A folder of its own, gone at the end. The program runs inside it and sees no TOKENFAB_DATA but
/// the one given here.
class Sandbox {
 public:
  Sandbox();
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  void write(const std::string& name, const std::string& content) const;
  std::string read(const std::string& name) const;
  /// Everything below the folder but what `write` made and the captured output, sorted.
  std::vector<std::string> files() const;
  void set_data_folders(const std::string& value) { data_folders_ = value; }

  Finished run(const std::vector<std::string>& arguments) const;
  pid_t start(const std::vector<std::string>& arguments) const;
  /// Kills the program after ten seconds: then it hangs.
  Finished wait(pid_t process) const;

 private:
  std::filesystem::path folder_;
  std::string data_folders_;
  mutable std::vector<std::string> written_;
};

/// Runs the program, which must exit with `code`.
Finished expect_code(const Sandbox& sandbox, const std::vector<std::string>& arguments, int code);

/// A scenario of two H100 nodes and 50 small requests; valid, and played in a few milliseconds.
std::string small_scenario();

/// The same with its workload replaced by a trace file.
std::string trace_scenario(const std::string& path, const std::string& format = "csv");

/// `text` with its first `from` replaced; fails the test if there is none.
std::string replaced(std::string text, const std::string& from, const std::string& to);

/// "scenario.json:LINE:COLUMN" of the first `needle`.
std::string place_of(const std::string& text, const std::string& needle);

/// Runs `text` as scenario.json with more arguments: it must exit with `code`, name all `words` on
/// standard error, print nothing else and leave no file.
void expect_refused(const Sandbox& sandbox, const std::string& text, int code,
                    const std::vector<std::string>& words,
                    const std::vector<std::string>& arguments = {});

/// All words appear in the text.
void expect_words(const std::string& text, const std::vector<std::string>& words);

/// Runs the small scenario's like into the folder out; it must succeed.
Finished run_well(const Sandbox& sandbox, const std::string& text,
                  const std::vector<std::string>& arguments = {});

std::string gzipped(const std::string& text);

}  // namespace tokenfab::program
