// SPDX-License-Identifier: Apache-2.0
#include "sim/sweep/constraint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <functional>
#include <stdexcept>
#include <utility>
#include <variant>

#include "sim/core/nearest.hpp"
#include "sim/core/unit_parser.hpp"

namespace tokenfab {
namespace {

using Value = std::variant<bool, double, std::string>;
using Values = std::vector<const AxisValue*>;
using Term = std::function<Value(const Values&)>;

double number_in(const Value& value) {
  if (const auto* number = std::get_if<double>(&value)) {
    return *number;
  }
  const auto* word = std::get_if<std::string>(&value);
  throw std::invalid_argument(word == nullptr
                                  ? std::string("a comparison is no number")
                                  : fmt::format("\"{}\" is a word, not a number", *word));
}

bool truth_in(const Value& value) {
  if (const auto* truth = std::get_if<bool>(&value)) {
    return *truth;
  }
  throw std::invalid_argument("a number alone is neither true nor false: compare it with another");
}

template <class Compare>
Term comparison(Term left, Term right, Compare compare) {
  return [left = std::move(left), right = std::move(right), compare](const Values& values) {
    const auto a = left(values);
    const auto b = right(values);
    if (std::holds_alternative<std::string>(a) && std::holds_alternative<std::string>(b)) {
      return Value(compare(std::get<std::string>(a), std::get<std::string>(b)));
    }
    return Value(compare(number_in(a), number_in(b)));
  };
}

template <class Compute>
Term arithmetic(Term left, Term right, Compute compute) {
  return [left = std::move(left), right = std::move(right), compute](const Values& values) {
    return Value(compute(number_in(left(values)), number_in(right(values))));
  };
}

bool starts_word(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// A recursive descent: or, and, not, comparison, sum, product, sign, leaf.
class Parser {
 public:
  Parser(std::string_view text, const std::vector<Axis>& axes) : text_(text), axes_(axes) {}

  Term whole() {
    constexpr std::size_t length_max = 4096;  // every operator is a level of the evaluation
    if (text_.size() > length_max) {
      throw std::invalid_argument(fmt::format("a constraint has {} characters at most, found {}",
                                              length_max, text_.size()));
    }
    auto term = disjunction();
    skip_space();
    if (at_ < text_.size()) {
      fail("expected an operator");
    }
    return term;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::invalid_argument(fmt::format("at character {} of \"{}\": {}", at_ + 1, text_, what));
  }

  void skip_space() {
    while (at_ < text_.size() && text_[at_] == ' ') {
      ++at_;
    }
  }

  bool take(std::string_view symbol) {
    skip_space();
    if (!text_.substr(at_).starts_with(symbol)) {
      return false;
    }
    at_ += symbol.size();
    return true;
  }

  std::string_view word_at(std::size_t from) const {
    auto end = from;
    if (end < text_.size() && starts_word(text_[end])) {
      while (end < text_.size() && in_word(text_[end])) {
        ++end;
      }
    }
    return text_.substr(from, end - from);
  }

  bool take_word(std::string_view word) {
    skip_space();
    if (word_at(at_) != word) {
      return false;
    }
    at_ += word.size();
    return true;
  }

  Term disjunction() {
    auto left = conjunction();
    while (take_word("or")) {
      left = [a = std::move(left), b = conjunction()](const Values& values) {
        return Value(truth_in(a(values)) || truth_in(b(values)));
      };
    }
    return left;
  }

  Term conjunction() {
    auto left = negation();
    while (take_word("and")) {
      left = [a = std::move(left), b = negation()](const Values& values) {
        return Value(truth_in(a(values)) && truth_in(b(values)));
      };
    }
    return left;
  }

  Term negation() {
    return nested([this] {
      if (take_word("not")) {
        return Term([a = negation()](const Values& values) { return Value(!truth_in(a(values))); });
      }
      return compared();
    });
  }

  Term compared() {
    auto left = sum();
    if (take("<=")) {
      return comparison(std::move(left), sum(), std::less_equal<>());
    }
    if (take(">=")) {
      return comparison(std::move(left), sum(), std::greater_equal<>());
    }
    if (take("==")) {
      return comparison(std::move(left), sum(), std::equal_to<>());
    }
    if (take("!=")) {
      return comparison(std::move(left), sum(), std::not_equal_to<>());
    }
    if (take("<")) {
      return comparison(std::move(left), sum(), std::less<>());
    }
    if (take(">")) {
      return comparison(std::move(left), sum(), std::greater<>());
    }
    return left;
  }

  Term sum() {
    auto left = product();
    while (true) {
      if (take("+")) {
        left = arithmetic(std::move(left), product(), std::plus<>());
      } else if (take("-")) {
        left = arithmetic(std::move(left), product(), std::minus<>());
      } else {
        return left;
      }
    }
  }

  Term product() {
    auto left = leaf();
    while (true) {
      if (take("*")) {
        left = arithmetic(std::move(left), leaf(), std::multiplies<>());
      } else if (take("/")) {
        left = arithmetic(std::move(left), leaf(), std::divides<>());
      } else {
        return left;
      }
    }
  }

  Term leaf() {
    skip_space();
    if (at_ == text_.size()) {
      fail("expected a name, a number or a text in quotes");
    }
    if (take("-")) {
      return nested([this] {
        return Term([a = leaf()](const Values& values) { return Value(-number_in(a(values))); });
      });
    }
    if (take("(")) {
      auto inner = disjunction();
      if (!take(")")) {
        fail("expected )");
      }
      return inner;
    }
    if (text_[at_] == '"') {
      return quoted();
    }
    return starts_word(text_[at_]) ? name() : number();
  }

  /// Deep nesting is refused before it could overflow the stack.
  template <class Parse>
  Term nested(Parse parse) {
    constexpr int depth_max = 64;
    if (++depth_ > depth_max) {
      fail("too many levels");
    }
    auto term = parse();
    --depth_;
    return term;
  }

  Term quoted() {
    const auto end = text_.find('"', at_ + 1);
    if (end == std::string_view::npos) {
      fail("the text in quotes has no end");
    }
    const std::string word(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return [word](const Values&) { return Value(word); };
  }

  Term name() {
    const auto word = word_at(at_);
    std::vector<std::string> known;
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      if (axes_[i].name == word) {
        at_ += word.size();
        return [i, unit_si = axes_[i].unit_si](const Values& values) {
          const auto& value = *values[i];
          return value.number ? Value(*value.number * unit_si) : Value(value.text);
        };
      }
      known.push_back(axes_[i].name);
    }
    const auto hint = did_you_mean(word, known);
    fail(fmt::format("there is no axis \"{}\"{}", word,
                     hint.empty() ? fmt::format("; there are {}", fmt::join(known, ", "))
                                  : fmt::format(" ({})", hint)));
  }

  /// A number and, where a unit follows, a quantity in SI units.
  Term number() {
    double value = 0;
    const auto* begin = text_.data() + at_;
    const auto [end, fault] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (fault != std::errc()) {
      fail("expected a name, a number or a text in quotes");
    }
    const auto digits = std::string(begin, end);
    at_ += digits.size();
    auto from = at_;
    while (from < text_.size() && text_[from] == ' ') {
      ++from;
    }
    const auto first = word_at(from);
    const bool is_percent = from < text_.size() && text_[from] == '%';
    if (const auto rate_end = end_of_rate(digits, from)) {
      at_ = *rate_end;
      return [quantity = *quantity_of(digits, from, *rate_end)](const Values&) {
        return Value(quantity);
      };
    }
    if ((first.empty() && !is_percent) || first == "and" || first == "or") {
      return [value](const Values&) { return Value(value); };
    }
    auto unit_end = from + (is_percent ? 1 : first.size());
    std::optional<double> quantity = quantity_of(digits, from, unit_end);
    if (!quantity) {
      fail(fmt::format("\"{}\" is no unit", text_.substr(from, unit_end - from)));
    }
    extend_unit(digits, from, unit_end, quantity);
    at_ = unit_end;
    return [quantity = *quantity](const Values&) { return Value(quantity); };
  }

  std::optional<double> quantity_of(const std::string& digits, std::size_t from,
                                    std::size_t end) const {
    const auto parsed = parse_quantity(digits + " " + std::string(text_.substr(from, end - from)));
    const auto* quantity = std::get_if<ParsedQuantity>(&parsed);
    return quantity == nullptr ? std::nullopt : std::optional(quantity->value_si);
  }

  /// Where the unit of "5 /s" ends. Absent where the slash divides by an axis or a number.
  std::optional<std::size_t> end_of_rate(const std::string& digits, std::size_t from) const {
    const auto word = from < text_.size() && text_[from] == '/' ? word_at(from + 1) : "";
    const bool is_axis = std::any_of(axes_.begin(), axes_.end(),
                                     [&](const Axis& axis) { return axis.name == word; });
    const auto end = from + 1 + word.size();
    return !word.empty() && !is_axis && quantity_of(digits, from, end) ? std::optional(end)
                                                                       : std::nullopt;
  }

  /// "USD" goes on to "USD/kWh" as long as that is a unit.
  void extend_unit(const std::string& digits, std::size_t from, std::size_t& end,
                   std::optional<double>& quantity) const {
    while (end < text_.size() && text_[end] == '/') {
      const auto longer_end = end + 1 + word_at(end + 1).size();
      const auto longer = quantity_of(digits, from, longer_end);
      if (longer_end == end + 1 || !longer) {
        return;
      }
      end = longer_end;
      quantity = longer;
    }
  }

  std::string_view text_;
  const std::vector<Axis>& axes_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

struct Constraint::Expression {
  Term term;
};

Constraint::Constraint(std::string text, const std::vector<Axis>& axes)
    : text_(std::move(text)),
      expression_(std::make_unique<const Expression>(Expression{Parser(text_, axes).whole()})) {}

Constraint::~Constraint() = default;
Constraint::Constraint(Constraint&&) noexcept = default;
Constraint& Constraint::operator=(Constraint&&) noexcept = default;

bool Constraint::allows(const std::vector<const AxisValue*>& values) const {
  return truth_in(expression_->term(values));
}

}  // namespace tokenfab
