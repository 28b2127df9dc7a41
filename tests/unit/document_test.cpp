// SPDX-License-Identifier: Apache-2.0
#include "sim/config/document.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

namespace tokenfab {
namespace {

/// The problems of a document as text, one line each; empty when it parses.
std::string syntax_errors(std::string_view text) {
  try {
    parse_document(text, "f");
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST_CASE("document: values know their places") {
  const Node root =
      parse_document("\xEF\xBB\xBF{\"a\": [1, -2.5e1 ,true],\r\n  \"\u00e9\" :{\"c\":null}}", "f");
  CHECK(root.mark.column == 1);
  const auto place = [&](const char* pointer) {
    const auto& mark = find_pointer(root, pointer)->mark;
    return std::to_string(mark.line) + ":" + std::to_string(mark.column);
  };
  CHECK(place("/a") == "1:7");
  CHECK(place("/a/0") == "1:8");
  CHECK(place("/a/1") == "1:11");
  CHECK(place("/a/2") == "1:19");
  CHECK(place("/\u00e9") == "2:8");  // columns count characters
  CHECK(place("/\u00e9/c") == "2:13");
  CHECK(root.members[1].mark.column == 3);
  CHECK(root.mark.place().file == "f");
}

TEST_CASE("document: numbers keep their kind") {
  const Node root = parse_document("[9223372036854775807, 9223372036854775808, -3, 5.0, 1e2]", "f");
  CHECK(root.items[0].kind == NodeKind::Integer);
  CHECK(root.items[1].kind == NodeKind::Number);
  CHECK(root.items[1].number == 0x1p63);
  CHECK(root.items[2].integer == -3);
  CHECK(root.items[3].kind == NodeKind::Number);
  CHECK(to_json(root, -1) == "[9223372036854775807,9.223372036854776e+18,-3,5.0,100.0]");
}

TEST_CASE("document: every syntax error has a place and plain words") {
  CHECK(syntax_errors(" \n") == "f: the file is empty; expected a JSON object");
  CHECK(syntax_errors("{\"a\": [1") ==
        "f:1:9: the text ends too early; a closing bracket or quote is missing");
  CHECK(syntax_errors("{\n \"a\": 1,\n}") ==
        "f:3:1: unexpected }; before it is a comma too much, a value missing or a bracket open");
  CHECK(syntax_errors("{\"a\" 1}") == "f:1:6: a colon is missing between key and value");
  CHECK(syntax_errors("{\"a\":1 \"b\":2}") ==
        "f:1:8: a comma or a closing bracket is missing before this");
  CHECK(syntax_errors("{a:1}") == "f:1:2: expected a key in double quotes");
  CHECK(syntax_errors("{\"a\":'b'}") == "f:1:6: strings are written in double quotes");
  CHECK(syntax_errors("{\"a\":NaN}") == "f:1:6: NaN and Infinity are not JSON numbers");
  CHECK(syntax_errors("{\"a\":-Infinity}") == "f:1:7: NaN and Infinity are not JSON numbers");
  CHECK(syntax_errors("{\"a\":1e999}") == "f:1:10: the number is too large");
  CHECK(syntax_errors("{\"a\":tru}") ==
        "f:1:6: not a JSON value; strings are written in double quotes");
  CHECK(syntax_errors("{\"a\":\"\xff\"}") == "f:1:7: the text is not valid UTF-8");
  CHECK(syntax_errors("// hi\n{}") == "f:1:1: JSON has no comments; use a \"note\" key");
  CHECK(syntax_errors("{}\n{}") == "f:2:1: there is more text after the end of the document");
  CHECK(syntax_errors(std::string("{}\0x", 4)) == "f:1:3: the text contains a NUL byte");
  CHECK_THAT(syntax_errors("[\"a\nb\"]"), Catch::StartsWith("f:1:4: invalid string: control"));
}

TEST_CASE("document: all duplicate keys are reported in file order") {
  CHECK(syntax_errors("{\"a\":1,\n\"a\":2,\"b\":[{\"c/d\":1,\"c/d\":2}],\"a\":3}") ==
        "f:2:1: /a: duplicate key, first given on line 1\n"
        "f:2:21: /b/0/c~1d: duplicate key, first given on line 2\n"
        "f:2:31: /a: duplicate key, first given on line 2");
}

TEST_CASE("document: deep nesting gives one error") {
  CHECK(syntax_errors(std::string(64, '[') + std::string(64, ']')).empty());
  for (const int depth : {65, 1000000}) {
    CHECK(syntax_errors(std::string(depth, '[')) == "f:1:65: nested deeper than 64 levels");
  }
}

TEST_CASE("document: files that cannot be read") {
  CHECK_THROWS_WITH(load_document("/no/such/file.json"),
                    "/no/such/file.json: cannot open the file: No such file or directory");
  CHECK_THROWS_WITH(load_document("/tmp"), "/tmp: is a directory, not a file");
  const auto path = std::filesystem::temp_directory_path() / "tokenfab_config_test.json";
  std::ofstream(path) << "{\"a\": 1}";
  CHECK(load_document(path.string()).find("a")->integer == 1);
  std::filesystem::remove(path);
}

TEST_CASE("document: merge patch follows the examples of RFC 7396") {
  const auto merged = [](std::string_view target, std::string_view patch) {
    Node result = parse_document(target, "f");
    merge_patch(result, parse_document(patch, "p"));
    return to_json(result, -1);
  };
  CHECK(merged(R"({"a":"b"})", R"({"a":"c"})") == R"({"a":"c"})");
  CHECK(merged(R"({"a":"b"})", R"({"b":"c"})") == R"({"a":"b","b":"c"})");
  CHECK(merged(R"({"a":"b","b":"c"})", R"({"a":null})") == R"({"b":"c"})");
  CHECK(merged(R"({"a":["b"]})", R"({"a":"c"})") == R"({"a":"c"})");
  CHECK(merged(R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})") == R"({"a":{"b":"d"}})");
  CHECK(merged(R"({"a":[{"b":"c"}]})", R"({"a":[1]})") == R"({"a":[1]})");
  CHECK(merged(R"({"e":null})", R"({"a":1})") == R"({"e":null,"a":1})");
  CHECK(merged(R"([1,2])", R"({"a":"b","c":null})") == R"({"a":"b"})");
  CHECK(merged(R"({})", R"({"a":{"bb":{"ccc":null}}})") == R"({"a":{"bb":{}}})");
}

TEST_CASE("document: pointers set and find") {
  Node root = parse_document(R"({"a": [1, {"b": 2}], "s": "x"})", "f");
  set_pointer(root, "/a/1/b", parse_argument("3", "--set"));
  set_pointer(root, "/new/deep~1er/~0", parse_argument("text", "--set"));
  CHECK(to_json(root, -1) == R"({"a":[1,{"b":3}],"s":"x","new":{"deep/er":{"~":"text"}}})");
  CHECK(find_pointer(root, "/new/deep~1er/~0")->text == "text");
  CHECK(find_pointer(root, "") == &root);
  for (const auto* missing : {"/a/2", "/a/01", "/a/-", "/x", "/s/x", "a", "/~2"}) {
    CHECK(find_pointer(root, missing) == nullptr);
  }
  const auto refusal = [&](const std::string& pointer) -> std::string {
    try {
      set_pointer(root, pointer, parse_argument("1", "--set"));
      return "";
    } catch (const ConfigError& error) {
      return error.what();
    }
  };
  CHECK(refusal("/a/2") == "--set: /a/2: \"2\" is not an index of the array, which has 2 items");
  CHECK(refusal("/s/x") == "--set: /s/x: cannot set \"x\" inside \"x\"");
  CHECK(refusal("a").starts_with("--set: a: not a JSON pointer"));
  std::string deep;
  for (int i = 0; i < 100000; ++i) {
    deep += "/a";
  }
  CHECK(refusal(deep) == "--set: the pointer has more than 64 steps");
}

}  // namespace
}  // namespace tokenfab
