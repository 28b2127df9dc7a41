// SPDX-License-Identifier: Apache-2.0
// Text into a Node tree. The grammar is nlohmann's SAX parser; what it does not keep (places) or
// allows (duplicate keys, any depth, bytes after a NUL) is added here.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/config/document.hpp"

namespace tokenfab {
namespace {

/// Reads the text for the SAX parser and counts how far it has come.
class CountingIterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, std::size_t* count) : at_(at), count_(count) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*count_;
    return *this;
  }
  CountingIterator operator++(int) {
    auto before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }
  friend bool operator!=(const CountingIterator& a, const CountingIterator& b) { return !(a == b); }

 private:
  const char* at_;
  std::size_t* count_;
};

/// Turns growing offsets into lines and columns; columns count characters, not bytes.
class PlaceCounter {
 public:
  PlaceCounter(std::string_view text, const std::string& file)
      : text_(text), mark_{std::make_shared<const std::string>(file), 1, 1} {}

  /// Offsets must not decrease from call to call.
  const Mark& at(std::size_t offset) {
    for (; offset_ < std::min(offset, text_.size()); ++offset_) {
      const auto byte = static_cast<unsigned char>(text_[offset_]);
      if (byte == '\n') {
        ++mark_.line;
        mark_.column = 1;
      } else if ((byte & 0xC0) != 0x80) {  // not a UTF-8 continuation byte
        ++mark_.column;
      }
    }
    return mark_;
  }

 private:
  std::string_view text_;
  std::size_t offset_ = 0;
  Mark mark_;
};

/// A short reason for a syntax error at `rest`; `reason` is the SAX parser's.
std::string syntax_message(std::string_view rest, std::string_view reason) {
  const auto starts = [rest](std::string_view token) { return rest.starts_with(token); };
  const auto says = [reason](std::string_view part) { return reason.find(part) != reason.npos; };
  if (rest.empty()) {
    return "the text ends too early; a closing bracket or quote is missing";
  }
  if (says("UTF-8")) {
    return "the text is not valid UTF-8";
  }
  if (says("overflow")) {
    return "the number is too large";
  }
  if (starts("NaN") || starts("nan") || starts("Inf") || starts("inf")) {
    return "NaN and Infinity are not JSON numbers";
  }
  if (starts("//") || starts("/*") || starts("#")) {
    return "JSON has no comments; use a \"note\" key";
  }
  if (starts("'")) {
    return "strings are written in double quotes";
  }
  if (says("expected end of input")) {
    return "there is more text after the end of the document";
  }
  if (says("unexpected '}'") || says("unexpected ']'")) {
    return fmt::format(
        "unexpected {}; before it is a comma too much, a value missing or a bracket open",
        rest.front());
  }
  if (says("expected ','") || says("expected '}'") || says("expected ']'")) {
    return "a comma or a closing bracket is missing before this";
  }
  if (says("expected ':'")) {
    return "a colon is missing between key and value";
  }
  if (says("object key")) {
    return "expected a key in double quotes";
  }
  if (says("invalid literal")) {
    return "not a JSON value; strings are written in double quotes";
  }
  const auto detail = reason.find(" - ");  // what follows says it well: "invalid string: ..."
  return std::string(reason.substr(detail == reason.npos ? 0 : detail + 3));
}

/// nlohmann's own words without its prefix and the dump of what it read.
std::string_view parser_reason(std::string_view what) {
  const auto start = what.find("syntax error ");
  what.remove_prefix(start == what.npos ? 0 : start + std::strlen("syntax error "));
  return what.substr(0, what.find("; last read"));
}

/// Builds the tree from the SAX parser's events.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
 public:
  TreeBuilder(std::string_view text, const std::string& file, const std::size_t& consumed)
      : text_(text), places_(text, file), consumed_(consumed) {}

  Node finish() {
    if (!problems_.empty()) {
      std::stable_sort(problems_.begin(), problems_.end(), [](const auto& a, const auto& b) {
        return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
      });
      throw ConfigError(std::move(problems_));
    }
    return std::move(root_);
  }

  bool null() override { return add(make_node(NodeKind::Null, start_of_token())); }
  bool boolean(bool value) override { return add(make_boolean(value, start_of_token())); }
  bool number_integer(number_integer_t value) override {
    return add(make_integer(value, start_of_token()));
  }
  bool number_unsigned(number_unsigned_t value) override {
    constexpr auto largest = std::numeric_limits<std::int64_t>::max();
    return value <= static_cast<number_unsigned_t>(largest)
               ? number_integer(static_cast<number_integer_t>(value))
               : add(make_number(static_cast<double>(value), start_of_token()));
  }
  bool number_float(number_float_t value, const string_t&) override {
    return add(make_number(value, start_of_token()));
  }
  bool string(string_t& value) override {
    return add(make_text(std::move(value), start_of_token()));
  }
  bool binary(binary_t&) override { return false; }  // never sent for JSON text

  bool start_object(std::size_t) override { return open(make_object(start_of_token())); }
  bool key(string_t& name) override {
    open_.back()->members.push_back({std::move(name), start_of_token(), {}});
    return true;
  }
  bool end_object() override {
    report_duplicates(*open_.back());
    return close();
  }
  bool start_array(std::size_t) override {
    return open(make_node(NodeKind::Array, start_of_token()));
  }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::detail::exception& error) override {
    const auto reason = parser_reason(error.what());
    const std::size_t offset = offset_of_error(position, last_token.size(), reason);
    refuse(places_.at(offset), syntax_message(text_.substr(offset), reason));
    return false;
  }

 private:
  std::size_t offset_of_error(std::size_t position, std::size_t token_length,
                              std::string_view reason) const {
    const auto says = [reason](std::string_view part) { return reason.find(part) != reason.npos; };
    if (says("unexpected end of input")) {
      return text_.size();
    }
    // Of a wrong token its start is shown, inside a string the very character. The parser keeps no
    // text of structural tokens, which are one character long.
    const bool is_long_token = says("unexpected") && !says("unexpected '");
    const std::size_t length = is_long_token ? token_length : 1;
    const std::size_t offset = std::min(position - std::min(position, length), text_.size());
    return says("invalid literal") ? std::min(offset, offset_of_token()) : offset;
  }

  /// The offset of the token after the last one.
  std::size_t offset_of_token() const {
    return text_.find_first_not_of(" \t\r\n,:", end_of_last_token_);
  }

  /// The place of the token just read.
  Mark start_of_token() {
    const std::size_t start = offset_of_token();
    end_of_last_token_ = consumed_;
    return places_.at(start);
  }

  bool add(Node node) {
    place_for_value() = std::move(node);
    return true;
  }

  bool open(Node node) {
    if (open_.size() == static_cast<std::size_t>(max_document_depth)) {
      refuse(node.mark, fmt::format("nested deeper than {} levels", max_document_depth));
      return false;
    }
    Node& place = place_for_value();
    place = std::move(node);
    open_.push_back(&place);  // stays valid: the parent does not grow while this one is open
    return true;
  }

  bool close() {
    end_of_last_token_ = consumed_;
    open_.pop_back();
    return true;
  }

  Node& place_for_value() {
    if (open_.empty()) {
      return root_;
    }
    Node& parent = *open_.back();
    return parent.kind == NodeKind::Array ? parent.items.emplace_back()
                                          : parent.members.back().value;
  }

  void report_duplicates(const Node& object) {
    std::vector<const Member*> sorted;
    for (const auto& member : object.members) {
      sorted.push_back(&member);
    }
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const Member* a, const Member* b) { return a->key < b->key; });
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      if (sorted[i]->key == sorted[i - 1]->key) {
        problems_.push_back(
            {sorted[i]->mark.place(), child_pointer(pointer(), sorted[i]->key),
             fmt::format("duplicate key, first given on line {}", sorted[i - 1]->mark.line), ""});
      }
    }
  }

  /// The JSON pointer of the innermost open value.
  std::string pointer() const {
    std::string result;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
      result = child_pointer(result, open_[i]->kind == NodeKind::Array
                                         ? std::to_string(open_[i]->items.size() - 1)
                                         : open_[i]->members.back().key);
    }
    return result;
  }

  void refuse(const Mark& mark, std::string message) {
    problems_.push_back({mark.place(), "", std::move(message), ""});
  }

  std::string_view text_;
  PlaceCounter places_;
  const std::size_t& consumed_;  // characters that the parser has taken, one ahead after a number
  std::size_t end_of_last_token_ = 0;
  Node root_;
  std::vector<Node*> open_;
  std::vector<Problem> problems_;
};

[[noreturn]] void refuse_at(SourcePlace place, std::string message) {
  std::vector<Problem> problems;
  problems.push_back({std::move(place), "", std::move(message), ""});
  throw ConfigError(std::move(problems));
}

[[noreturn]] void refuse_file(const std::string& path, std::string message) {
  refuse_at({path, 0, 0}, std::move(message));
}

void mark_as_argument(Node& node, const Mark& mark) {
  node.mark = mark;
  for (auto& item : node.items) {
    mark_as_argument(item, mark);
  }
  for (auto& member : node.members) {
    member.mark = mark;
    mark_as_argument(member.value, mark);
  }
}

}  // namespace

Node parse_document(std::string_view text, const std::string& file) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) {
    text.remove_prefix(byte_order_mark.size());
  }
  if (text.find_first_not_of(" \t\r\n") == text.npos) {
    refuse_file(file, "the file is empty; expected a JSON object");
  }
  if (const auto nul = text.find('\0'); nul != text.npos) {
    // The SAX parser would take it for the end of the text.
    refuse_at(PlaceCounter(text, file).at(nul).place(), "the text contains a NUL byte");
  }
  std::size_t consumed = 0;
  TreeBuilder builder(text, file, consumed);
  nlohmann::json::sax_parse(CountingIterator(text.data(), &consumed),
                            CountingIterator(text.data() + text.size(), &consumed), &builder);
  return builder.finish();
}

Node load_document(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    refuse_file(path, "is a directory, not a file");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    refuse_file(path, fmt::format("cannot open the file: {}", std::strerror(errno)));
  }
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return parse_document(text, path);
}

Node parse_argument(std::string_view text, const std::string& origin) {
  const Mark mark{std::make_shared<const std::string>(origin), 0, 0};
  try {
    Node node = parse_document(text, origin);
    mark_as_argument(node, mark);
    if (node.kind != NodeKind::String) {
      node.text = text;
    }
    return node;
  } catch (const ConfigError&) {
    return make_text(std::string(text), mark);
  }
}

}  // namespace tokenfab
