// SPDX-License-Identifier: Apache-2.0
#include "source.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace tokenfab::tidy {
namespace {

namespace fs = std::filesystem;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// Replaces comments and literals by spaces. Line ends stay, so line numbers do too.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : text_(text), out_(text) {}

  std::string run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (starts("//")) {
        blank_to(text_.find('\n', at_));
      } else if (starts("/*")) {
        blank_past("*/", at_ + 2);
      } else if (c == '"' && is_raw()) {
        const auto open = text_.find('(', at_);
        const auto tag = text_.substr(at_ + 1, std::min(open, text_.size()) - at_ - 1);
        blank_past(")" + std::string(tag) + "\"", open);
      } else if (c == '"' || (c == '\'' && !is_digit_separator())) {
        blank_literal(c);
      } else {
        ++at_;
      }
    }
    return std::move(out_);
  }

 private:
  bool starts(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  char before(std::size_t n) const { return at_ < n ? ' ' : text_[at_ - n]; }
  bool is_raw() const {
    return before(1) == 'R' &&
           (!is_word(before(2)) || std::string_view("uUL8").find(before(2)) != std::string::npos);
  }
  bool is_digit_separator() const {
    const bool is_prefix =
        std::string_view("uUL").find(before(1)) != std::string::npos && !is_word(before(2));
    return is_word(before(1)) && !is_prefix;
  }
  void blank_to(std::size_t end) {
    for (end = std::min(end, text_.size()); at_ < end; ++at_) {
      if (text_[at_] != '\n') {
        out_[at_] = ' ';
      }
    }
  }
  void blank_past(std::string_view close, std::size_t from) {
    const auto end = text_.find(close, from);
    blank_to(end == std::string_view::npos ? end : end + close.size());
  }
  void blank_literal(char quote) {
    auto end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2 : 1;
    }
    blank_to(end + 1);
  }

  std::string_view text_;
  std::string out_;
  std::size_t at_ = 0;
};

bool has_word(const std::string& text, std::string_view word) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) {
      return true;
    }
  }
  return false;
}

/// Cuts every "word<...>" or "word(...)" out of a head; `open` and `close` are the brackets.
std::string without(std::string head, std::string_view word, char open, char close) {
  for (auto at = head.find(word); at != std::string::npos; at = head.find(word, at)) {
    auto end = head.find_first_not_of(" \n", at + word.size());
    if (end == std::string::npos || head[end] != open) {
      ++at;
      continue;
    }
    int depth = 0;
    do {
      depth += head[end] == open ? 1 : (head[end] == close ? -1 : 0);
    } while (++end < head.size() && depth > 0);
    head.erase(at, end - at);
  }
  return head;
}

/// Walks the characters outside function bodies and keeps the head: the text since the last
/// statement ended, which tells what the next brace opens.
class BodyScanner {
 public:
  void feed(char c, std::size_t line) {
    if (depth_ > 0) {
      feed_inside(c, line);
      return;
    }
    if (is_after_block_ && !is_space(c)) {
      is_after_block_ = false;
      // "a_{1}, b_{2} {" and "f(C c = {}) {" go on; anything else starts a new statement.
      if (c != ',' && c != '{' && paren_depth() == 0) {
        head_.clear();
      }
    }
    if (c == '{') {
      open(line);
    } else if (c == '}') {
      containers_ -= 1;
      scan_.is_balanced = scan_.is_balanced && containers_ >= 0;
      head_.clear();
    } else if (c == ';') {
      head_.clear();
    } else {
      head_ += c;
    }
  }

  BodyScan finish() {
    scan_.is_balanced = scan_.is_balanced && containers_ == 0 && depth_ == 0;
    return std::move(scan_);
  }

 private:
  void feed_inside(char c, std::size_t line) {
    depth_ += c == '{' ? 1 : (c == '}' ? -1 : 0);
    if (depth_ == 0) {
      is_after_block_ = true;
      if (is_body_) {
        scan_.bodies.push_back({open_line_, line > open_line_ ? line - open_line_ - 1 : 0});
      }
    }
  }
  void open(std::size_t line) {
    if (opens_container()) {
      containers_ += 1;
      head_.clear();
      return;
    }
    depth_ = 1;
    open_line_ = line;
    is_body_ = opens_body();
  }
  bool opens_container() const {
    const auto head = without(without(head_, "template", '<', '>'), "alignas", '(', ')');
    if (has_word(head, "namespace")) {
      return true;
    }
    const auto words = {"class", "struct", "union", "enum", "extern"};
    return head.find('(') == std::string::npos &&
           std::any_of(words.begin(), words.end(), [&](auto word) { return has_word(head, word); });
  }
  /// A head with parentheses is a function's, unless they are open or it initialises a variable
  /// with something other than a lambda.
  bool opens_body() const {
    if (head_.find('(') == std::string::npos || paren_depth() != 0) {
      return false;
    }
    return !has_assignment() || head_.find("](") != std::string::npos;
  }
  int paren_depth() const {
    return static_cast<int>(std::count(head_.begin(), head_.end(), '(') -
                            std::count(head_.begin(), head_.end(), ')'));
  }
  bool has_assignment() const {
    int depth = 0;
    for (std::size_t i = 1; i + 1 < head_.size(); ++i) {
      depth += head_[i] == '(' ? 1 : (head_[i] == ')' ? -1 : 0);
      if (depth == 0 && head_[i] == '=' && is_space(head_[i - 1]) && is_space(head_[i + 1])) {
        return true;
      }
    }
    return false;
  }

  std::string head_;
  int containers_ = 0;
  int depth_ = 0;
  std::size_t open_line_ = 0;
  bool is_body_ = false;
  bool is_after_block_ = false;
  BodyScan scan_;
};

bool is_skipped(const fs::path& relative) {
  const auto name = relative.filename().string();
  if (name == ".git" || name == ".cache" || name == "node_modules") {
    return true;
  }
  return relative.begin() != relative.end() && std::next(relative.begin()) == relative.end() &&
         (name.rfind("build", 0) == 0 || name == "results");
}

}  // namespace

bool SourceFile::is_cpp() const { return path.ends_with(".cpp") || path.ends_with(".hpp"); }

bool SourceFile::is_script() const {
  return path.ends_with(".sh") || path.ends_with(".cmake") || path.ends_with("CMakeLists.txt") ||
         path == ".ci/run";
}

bool SourceFile::is_under(std::string_view folder) const {
  return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
}

bool SourceFile::is_source() const { return is_under_any({"sim", "models", "tools", "tests"}); }

bool SourceFile::is_catalog() const { return path.starts_with("models/catalog"); }

bool SourceFile::is_under_any(const Folders& folders) const {
  return std::any_of(folders.begin(), folders.end(), [&](auto folder) { return is_under(folder); });
}

std::string SourceFile::at(std::size_t line, std::string_view reason) const {
  return path + ":" + std::to_string(line) + ": " + std::string(reason);
}

SourceFile make_source(std::string path, std::string_view text) {
  SourceFile file{std::move(path), split_lines(text), {}};
  if (file.is_cpp()) {
    file.code = split_lines(Blanker(text).run());
  }
  return file;
}

Repository load_repository(const std::string& root) {
  Repository repository;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator();
       ++it) {
    const auto relative = it->path().lexically_relative(root);
    if (is_skipped(relative) && it->is_directory()) {
      it.disable_recursion_pending();
    } else if (it->is_regular_file() && relative != ".git") {
      std::ifstream stream(it->path(), std::ios::binary);
      const std::string text{std::istreambuf_iterator<char>(stream), {}};
      if (text.find('\0') == std::string::npos) {
        repository.push_back(make_source(relative.generic_string(), text));
      }
    }
  }
  std::sort(repository.begin(), repository.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return repository;
}

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> includes;
  for (std::size_t i = 0; i < file.code.size(); ++i) {
    auto at = file.code[i].find_first_not_of(" \t");
    if (at == std::string::npos || file.code[i][at] != '#') {
      continue;
    }
    at = file.code[i].find_first_not_of(" \t", at + 1);
    if (at == std::string::npos || file.code[i].compare(at, 7, "include") != 0) {
      continue;
    }
    const auto& line = file.lines[i];
    const auto open = line.find_first_of("<\"", at);
    const auto close = line.find_first_of(">\"", open == std::string::npos ? open : open + 1);
    if (close != std::string::npos) {
      includes.push_back({i + 1, line.substr(open + 1, close - open - 1), line[open] == '"'});
    }
  }
  return includes;
}

BodyScan function_bodies(const SourceFile& file) {
  BodyScanner scanner;
  bool is_directive = false;
  for (std::size_t i = 0; i < file.code.size(); ++i) {
    const auto& line = file.code[i];
    const auto first = line.find_first_not_of(" \t");
    is_directive = is_directive || (first != std::string::npos && line[first] == '#');
    if (!is_directive) {
      for (const char c : line) {
        scanner.feed(c, i + 1);
      }
      scanner.feed('\n', i + 1);
    }
    is_directive = is_directive && line.ends_with('\\');
  }
  return scanner.finish();
}

}  // namespace tokenfab::tidy
