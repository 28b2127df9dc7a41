// SPDX-License-Identifier: Apache-2.0
#include "models/energy/tariff_periods.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>

namespace tokenfab {
namespace {

constexpr std::size_t most_periods = 200;  // numbers are bytes
constexpr std::array<const char*, 2> day_names{"weekday", "weekend"};

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc{} && stop == text.data() + text.size();
  return is_whole && !text.empty() && text.front() != '-' ? std::optional(value) : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  const auto last = text.find_last_not_of(' ');
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, last - first + 1);
}

/// Calls take(part) for the parts between commas.
template <class Take>
void for_each_part(std::string_view text, Take take) {
  while (true) {
    const auto comma = text.find(',');
    take(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) {
      return;
    }
    text.remove_prefix(comma + 1);
  }
}

/// Sets the hours "a-b": from a to before b, over midnight where b < a. False: not such a text.
bool read_hours(std::string_view text, std::array<bool, 24>& hours) {
  bool is_right = true;
  for_each_part(text, [&](std::string_view part) {
    const auto dash = part.find('-');
    const auto from = whole_number(trimmed(part.substr(0, dash)));
    const auto to = dash == std::string_view::npos ? std::nullopt
                                                   : whole_number(trimmed(part.substr(dash + 1)));
    if (!from || !to || *from > 23 || *to > 24 || *from == *to) {
      is_right = false;
      return;
    }
    const int span = *to > *from ? *to - *from : *to + 24 - *from;
    for (int i = 0; i < span; ++i) {
      auto& hour = hours[static_cast<std::size_t>((*from + i) % 24)];
      is_right = is_right && !hour;
      hour = true;
    }
  });
  return is_right;
}

/// Sets the months "a-b", both included, or "a".
bool read_months(std::string_view text, std::array<bool, 12>& months) {
  bool is_right = true;
  for_each_part(text, [&](std::string_view part) {
    const auto dash = part.find('-');
    const auto from = whole_number(trimmed(part.substr(0, dash)));
    const auto to =
        dash == std::string_view::npos ? from : whole_number(trimmed(part.substr(dash + 1)));
    if (!from || !to || *from < 1 || *from > 12 || *to < 1 || *to > 12) {
      is_right = false;
      return;
    }
    const int span = *to >= *from ? *to - *from + 1 : *to + 13 - *from;
    for (int i = 0; i < span; ++i) {
      auto& month = months[static_cast<std::size_t>((*from - 1 + i) % 12)];
      is_right = is_right && !month;
      month = true;
    }
  });
  return is_right;
}

/// "0-7,21-24" of the hours that are set.
std::string in_words(const std::array<bool, 24>& hours) {
  std::string words;
  for (std::size_t begin = 0; begin < 24; ++begin) {
    if (hours[begin]) {
      std::size_t end = begin;
      while (end < 24 && hours[end]) {
        ++end;
      }
      words += fmt::format("{}{}-{}", words.empty() ? "" : ",", begin, end);
      begin = end;
    }
  }
  return words;
}

class Coverage {
 public:
  void add(const std::string& name, const PeriodTimes& times, std::uint8_t number) {
    std::array<bool, 24> hours{};
    std::array<bool, 12> months{};
    if (!read_hours(times.hours, hours)) {
      problems_.push_back(
          fmt::format("{}: hours \"{}\" are not like \"8-11,18-21\", from 0 to 24, none twice",
                      name, times.hours));
    }
    if (!read_months(times.months, months)) {
      problems_.push_back(
          fmt::format("{}: months \"{}\" are not like \"1-3,12\", from 1 to 12, none twice", name,
                      times.months));
    }
    for (std::size_t day = 0; day < 2; ++day) {
      const bool holds =
          times.days == TariffDays::All || (times.days == TariffDays::Weekday) == (day == 0);
      for (std::size_t month = 0; month < 12 && holds; ++month) {
        for (std::size_t hour = 0; hour < 24; ++hour) {
          if (months[month] && hours[hour]) {
            claim(day, month, hour, number, name);
          }
        }
      }
    }
  }

  /// Adds what is covered twice, and by none where that is wrong; equal months are told once.
  void check(bool may_leave_hours) {
    if (!problems_.empty()) {
      return;  // hours are missing because words could not be read
    }
    tell(twice_, "are covered twice");
    if (!may_leave_hours) {
      tell(free_hours(), "are not covered");
    }
  }

  const std::vector<std::string>& problems() const { return problems_; }

  PeriodTables tables(std::uint8_t left_over) const {
    PeriodTables tables;
    for (std::size_t month = 0; month < 12; ++month) {
      for (std::size_t hour = 0; hour < 24; ++hour) {
        tables.weekday[month][hour] = taken_[0][month][hour].value_or(left_over);
        tables.weekend[month][hour] = taken_[1][month][hour].value_or(left_over);
      }
    }
    return tables;
  }

 private:
  using Hours = std::array<bool, 24>;
  using Year = std::array<std::array<Hours, 12>, 2>;

  void claim(std::size_t day, std::size_t month, std::size_t hour, std::uint8_t number,
             const std::string& name) {
    auto& owner = taken_[day][month][hour];
    if (owner) {
      twice_[day][month][hour] = true;
      in_conflict_.insert({names_[*owner], name});
    }
    owner = number;
    names_[number] = name;
  }

  Year free_hours() const {
    Year result{};
    for (std::size_t day = 0; day < 2; ++day) {
      for (std::size_t month = 0; month < 12; ++month) {
        for (std::size_t hour = 0; hour < 24; ++hour) {
          result[day][month][hour] = !taken_[day][month][hour];
        }
      }
    }
    return result;
  }

  void tell(const Year& year, const char* what) {
    std::string who;
    for (const auto& [first, second] : in_conflict_) {
      who += fmt::format("{}{} and {}", who.empty() ? ", by " : "; ", first, second);
    }
    std::map<std::pair<std::size_t, std::string>, std::string> months_by_hours;
    for (std::size_t day = 0; day < 2; ++day) {
      for (std::size_t month = 0; month < 12; ++month) {
        const auto hours = in_words(year[day][month]);
        if (!hours.empty()) {
          auto& months = months_by_hours[{day, hours}];
          months += fmt::format("{}{}", months.empty() ? "" : ",", month + 1);
        }
      }
    }
    for (const auto& [key, months] : months_by_hours) {
      problems_.push_back(fmt::format("hours {} of every {} in months {} {}{}", key.second,
                                      day_names[key.first], months, what,
                                      &year == &twice_ ? who : ""));
    }
  }

  std::array<std::array<std::array<std::optional<std::uint8_t>, 24>, 12>, 2> taken_{};
  Year twice_{};
  std::map<std::uint8_t, std::string> names_;
  std::set<std::pair<std::string, std::string>> in_conflict_;
  std::vector<std::string> problems_;
};

PeriodTables covered(const std::string& owner, const std::map<std::string, PeriodTimes>& periods,
                     bool may_leave_hours) {
  if (periods.size() > most_periods) {
    throw std::invalid_argument(
        fmt::format("{}: {} periods, at most {}", owner, periods.size(), most_periods));
  }
  Coverage coverage;
  std::uint8_t number = 0;
  for (const auto& [name, times] : periods) {
    coverage.add(name, times, number++);
  }
  coverage.check(may_leave_hours);
  if (!coverage.problems().empty()) {
    throw std::invalid_argument(fmt::format("{}: {}", owner, fmt::join(coverage.problems(), "; ")));
  }
  return coverage.tables(static_cast<std::uint8_t>(periods.size()));
}

}  // namespace

PeriodTables period_tables(const std::string& owner,
                           const std::map<std::string, PeriodTimes>& periods) {
  return covered(owner, periods, false);
}

PeriodTables sparse_period_tables(const std::string& owner,
                                  const std::map<std::string, PeriodTimes>& periods) {
  return covered(owner, periods, true);
}

}  // namespace tokenfab
