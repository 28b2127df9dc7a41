// SPDX-License-Identifier: Apache-2.0
// The manual page: man(7) macros, one sentence or paragraph per line.
#include <fmt/format.h>

#include <algorithm>

#include "tokenfab_commit.hpp"
#include "tools/command_guides.hpp"
#include "tools/help_text.hpp"
#include "tools/manual_text.hpp"

namespace tokenfab::tools {
namespace {

/// Text that roff prints as it is; what stands between backquotes is bold.
std::string roff(std::string_view text) {
  std::string escaped;
  bool is_bold = false;
  for (const char letter : text) {
    if (letter == '`') {
      is_bold = !is_bold;
      escaped += is_bold ? "\\fB" : "\\fR";
    } else if (letter == '\\') {
      escaped += "\\e";
    } else if (letter == '-') {
      escaped += "\\-";
    } else if (letter == '~') {
      escaped += "\\(ti";
    } else if (letter == '\'') {
      escaped += "\\(aq";
    } else {
      escaped += letter;
    }
  }
  const bool looks_like_a_macro = escaped.starts_with(".") || escaped.starts_with("\\(aq");
  return looks_like_a_macro ? "\\&" + escaped : escaped;
}

/// Text after "- " style label.
std::string item(const std::string& label, std::string_view text) {
  return fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(label), roff(text));
}

std::string upper(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), [](char letter) {
    return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  return result;
}

std::string lines_as_they_are(const std::vector<std::string_view>& lines) {
  std::string text = ".PP\n.nf\n.RS\n";
  for (const auto line : lines) {
    text += roff(line) + "\n";
  }
  return text + ".RE\n.fi\n";
}

std::string examples_of(const std::vector<Example>& examples) {
  std::string text;
  for (const auto& example : examples) {
    text +=
        fmt::format(".PP\n.RS\n\\fB{}\\fR\n.br\n{}\n.RE\n", roff(example.line), roff(example.says));
  }
  return text;
}

std::string command_of(const CommandWords& command) {
  auto text = fmt::format(".SS {}\n{}.\n.PP\n\\fB{}\\fR\n", roff(command.name),
                          roff(command.description), roff(usage_of(command)));
  for (const auto* options : {&command.arguments, &command.options}) {
    for (const auto& option : *options) {
      if (option.name != "--help") {
        text += item(label_of(option), option.description);
      }
    }
  }
  const auto* guide = find_guide(command.name);
  if (guide == nullptr) {
    return text;
  }
  text += fmt::format(".PP\nWrites: {}\n", roff(guide->writes));
  return text + examples_of(guide->examples);
}

std::string page_of(const ManualPage& page) {
  auto text = fmt::format(".SH {}\n", upper(page.title));
  std::vector<std::string_view> kept;
  const auto put_kept = [&] {
    text += kept.empty() ? "" : lines_as_they_are(kept);
    kept.clear();
  };
  for (const auto paragraph : page.paragraphs) {
    if (paragraph.starts_with("  ")) {
      kept.push_back(paragraph.substr(2));
      continue;
    }
    put_kept();
    text += fmt::format(".PP\n{}\n", roff(paragraph));
  }
  put_kept();
  return text;
}

}  // namespace

std::string manual_roff(const CommandWords& program) {
  auto text = fmt::format(
      ".\\\" Made by tokenfab manual.\n.TH TOKENFAB 1 \"\" \"tokenfab {}\" \"User Commands\"\n"
      ".ad l\n.nh\n"
      ".SH NAME\ntokenfab \\- simulate the AI factory: energy in, tokens out, what each costs\n"
      ".SH SYNOPSIS\n\\fBtokenfab\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n"
      ".SH DESCRIPTION\n{}\nA scenario is one JSON file: sites with energy, power, cooling and "
      "clusters; models; services; workloads; economics.\n",
      TOKENFAB_VERSION, roff(program.description));
  text += ".PP\nThe first lines to try, in a folder with the scenarios (see FILES):\n" +
          examples_of(first_examples()) + ".SH COMMANDS\n";
  for (const auto user : users) {
    for (const auto& command : plain_commands(program)) {
      const auto* guide = find_guide(command.name);
      text += (guide == nullptr ? User::Anyone : guide->user) == user ? command_of(command) : "";
    }
  }
  text += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : exit_code_meanings()) {
    text += item(fmt::format("{}", static_cast<int>(code)), meaning);
  }
  for (const auto& page : manual_pages()) {
    text += page_of(page);
  }
  return text;
}

}  // namespace tokenfab::tools
