// SPDX-License-Identifier: Apache-2.0
// Completion, asked of the shells themselves where they are installed.
#include <cstdlib>
#include <sstream>

#include "tests/program/program.hpp"
#include "tests/with_catch.hpp"

namespace tokenfab::program {
namespace {

bool has(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null").c_str()) == 0;
}

/// What a script for a shell prints, run in the sandbox.
std::string answer_of(const Sandbox& sandbox, const std::string& shell, const std::string& script) {
  sandbox.write("ask", script);
  const auto command =
      "cd '" + sandbox.folder().string() + "' && " + shell + " ask >answer 2>&1 </dev/null";
  CHECK(std::system(command.c_str()) == 0);
  return sandbox.read("answer");
}

Sandbox& with_script(Sandbox& sandbox, const std::string& shell) {
  const auto finished = sandbox.run({"completion", shell});
  CHECK(finished.code == ok);
  sandbox.write("script." + shell, finished.out);
  sandbox.write("traces/day.csv", "");
  return sandbox;
}

struct Question {
  std::string typed;
  std::string offered;  // all of it, one space between
};

// The same in every shell.
const std::vector<Question> questions{
    {"tokenfab vali", "validate validate-against"},
    {"tokenfab run --pro", "--progress"},
    {"tokenfab run --progress j", "json"},
    {"tokenfab list chi", "chips"},
    {"tokenfab completion f", "fish"},
    {"tokenfab import h", "hf"},
    {"tokenfab sweep mer", "merge"},
    {"tokenfab sweep --res", "--resume"},
    {"tokenfab import hf --i", "--id"},
    {"tokenfab explain ttft_p99", "ttft_p99_s"},
    {"tokenfab explain regions/cn-xin", "regions/cn-xinjiang"},
    {"tokenfab rerun --data tra", "traces/"},
};

TEST_CASE("completion: bash") {
  Sandbox sandbox;
  with_script(sandbox, "bash");
  auto all = questions;
  all.back().offered = "traces";  // readline adds the slash
  all.push_back({"tokenfab run script.b", "script.bash"});
  all.push_back({"tokenfab run --progress = n", "none"});
  all.push_back({"tokenfab explain chip", "chips/ chip_utilization"});
  all.push_back({"tokenfab curve a.json --chips b200,gb20", "b200,gb200"});
  all.push_back({"tokenfab import hf script.b", "script.bash"});
  all.push_back({"tokenfab sweep script.b", "script.bash"});
  std::string script = "set -u\n. ./script.bash\n";
  for (const auto& [typed, offered] : all) {
    script += "COMP_WORDS=(" + typed + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()\n" +
              "_tokenfab; echo \"${COMPREPLY[*]}\"\n";
  }
  const auto answers = answer_of(sandbox, "bash", script);
  std::istringstream lines(answers);
  for (const auto& [typed, offered] : all) {
    std::string line;
    std::getline(lines, line);
    INFO(typed);
    if (typed == "tokenfab explain chip") {
      CHECK(line.starts_with("chips/ "));
    } else {
      CHECK(line == offered);
    }
  }
}

TEST_CASE("completion: fish") {
  if (!has("fish")) {
    WARN("no fish here");
    return;
  }
  Sandbox sandbox;
  with_script(sandbox, "fish");
  auto all = questions;
  all.push_back({"tokenfab curve a.json --chips b200,gb20", "b200,gb200"});
  std::string script = "source script.fish\n";
  for (const auto& [typed, offered] : all) {
    script += "complete -C '" + typed + "' | string split -f1 \\t | string join ' '; echo\n";
  }
  // Without home and configuration of its own fish would look for the user's.
  const auto answers =
      answer_of(sandbox, "env HOME=" + sandbox.folder().string() + " fish --no-config", script);
  for (const auto& [typed, offered] : all) {
    INFO(typed << "\n" << answers);
    CHECK(("\n" + answers).find("\n" + offered) != std::string::npos);
  }
}

TEST_CASE("completion: zsh") {
  if (!has("zsh")) {
    WARN("no zsh here");
    return;
  }
  Sandbox sandbox;
  with_script(sandbox, "zsh");
  sandbox.write("_tokenfab", sandbox.read("script.zsh"));
  auto all = questions;
  all.front() = {"tokenfab sche", "schema"};  // one answer each, which zsh then types
  all.push_back({"tokenfab curve a.json --chips b200,gb20", "b200,gb200"});
  std::string script = R"(
zmodload zsh/zpty
zpty shell 'env PS1= zsh -f -i'
zpty -w shell 'fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; PS1=; PS2='
zpty -w shell 'unsetopt beep; bindkey "^I" complete-word; zle -N show; bindkey "^O" show'
zpty -w shell 'show() { print -r -- "<$BUFFER>" >>told; BUFFER=; }; print ready >>told'
until [[ -s told ]]; do sleep 0.01; done
)";
  std::string expected = "ready\n";
  for (const auto& [typed, offered] : all) {
    script += "zpty -n -w shell $'" + typed + "\\t\\x0f'\n";
    expected += "<" + typed.substr(0, typed.rfind(' ') + 1) + offered + ">\n";
  }
  script +=
      "for ((i = 0; i < 500; i++)); do [[ $(wc -l <told) == " + std::to_string(all.size() + 1) +
      " ]] && break; zpty -r -t shell x; sleep 0.01; done\ncat told\n";
  auto answers = answer_of(sandbox, "zsh -f", script);
  for (const auto& [typed, offered] : all) {
    const auto line = typed.substr(0, typed.rfind(' ') + 1) + offered;
    INFO(typed << "\n" << answers);
    CHECK(answers.find("<" + line) != std::string::npos);
  }
}

}  // namespace
}  // namespace tokenfab::program
