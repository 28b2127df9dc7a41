// SPDX-License-Identifier: Apache-2.0
// A JSON document as a tree in which every value knows its place in the file, so that each problem
// can be shown where the user wrote it. Strict JSON: no comments, no duplicate keys, no NaN.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/errors.hpp"

namespace tokenfab {

/// Deepest nesting of a document; every recursion over a tree relies on a limit.
constexpr int max_document_depth = 64;

enum class NodeKind { Null, Boolean, Integer, Number, String, Array, Object };

/// A SourcePlace that shares the file's name with its neighbours.
struct Mark {
  std::shared_ptr<const std::string> file;
  int line = 0;
  int column = 0;

  SourcePlace place() const { return {file ? *file : std::string(), line, column}; }
};

struct Member;

/// One JSON value; which of the value members counts is told by `kind`.
struct Node {
  NodeKind kind = NodeKind::Null;
  Mark mark;
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;            // Number only: a fraction, or an integer beyond 64 bits
  std::string text;             // String; also the verbatim text of a scalar from an argument
  std::vector<Node> items;      // Array
  std::vector<Member> members;  // Object, in the order of the file

  /// The value of a key; null if there is none or this is no object.
  const Node* find(std::string_view key) const;
  Node* find(std::string_view key);
};

struct Member {
  std::string key;
  Mark mark;  // of the key
  Node value;
};

/// A value of its kind's default: null, 0, an empty array.
Node make_node(NodeKind kind, Mark mark);
Node make_text(std::string text, Mark mark);
Node make_integer(std::int64_t value, Mark mark);
Node make_number(double value, Mark mark);
Node make_boolean(bool value, Mark mark);
Node make_object(Mark mark);

/// Appends a member without looking for its key.
void add_member(Node& object, std::string key, Node value);

/// Parses strict JSON; `file` names the text in messages. Throws ConfigError.
Node parse_document(std::string_view text, const std::string& file);

/// Parses the file at `path`. Throws ConfigError, also for a missing file or a directory.
Node load_document(const std::string& path);

/// The value of a command line argument: JSON if it parses, else a string. `origin` ("--set") is
/// its place in messages. Scalars keep the verbatim text, which string fields take.
Node parse_argument(std::string_view text, const std::string& origin);

/// JSON Merge Patch (RFC 7396): objects merge, null removes, anything else replaces.
void merge_patch(Node& target, const Node& patch);

/// Sets the value at a JSON pointer (RFC 6901). Missing parents become objects; an array index must
/// exist. Throws ConfigError at the place of `value`.
void set_pointer(Node& root, std::string_view pointer, Node value);

/// The value at a JSON pointer; null if there is none.
const Node* find_pointer(const Node& root, std::string_view pointer);

/// The keys of a JSON pointer, unescaped; nullopt when it is malformed.
std::optional<std::vector<std::string>> split_pointer(std::string_view pointer);

/// The JSON pointer of a key or index below `parent`, escaped.
std::string child_pointer(const std::string& parent, std::string_view key);

/// For messages: "the number 5", "an array".
std::string describe_value(const Node& node);

/// JSON text, on one line where `indent` is negative; numbers read back to the identical value.
/// Numbers must be finite.
std::string to_json(const Node& node, int indent);

}  // namespace tokenfab
