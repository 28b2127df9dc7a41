// SPDX-License-Identifier: Apache-2.0
#include "sim/config/explain.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/config/scalar_reader.hpp"
#include "sim/config/short_forms.hpp"
#include "sim/core/nearest.hpp"

namespace tokenfab {
namespace {

constexpr const char* note_key = "note";

std::string_view fidelity_text(Fidelity fidelity) {
  switch (fidelity) {
    case Fidelity::Constant:
      return "a number that the user gives";
    case Fidelity::Analytic:
      return "closed form from literature, not fitted";
    case Fidelity::Calibrated:
      return "closed form, fitted to measurements";
    case Fidelity::Exact:
      return "an algorithm, not an approximation";
  }
  return "";
}

void add_line(std::string& text, std::string_view label, std::string_view value) {
  if (!value.empty()) {
    text += fmt::format("  {:<10}{}\n", label, value);
  }
}

std::string meaning_of(const Declared& place) {
  if (place.model != nullptr) {
    return std::string(place.model->summary);
  }
  return place.is_entry ? "One of: " + place.field->meaning : place.field->meaning;
}

std::string type_of(const Declared& place, const CatalogueTables& tables) {
  const Field& field = *place.field;
  if (place.model != nullptr) {
    return fmt::format("{} model; {}", place.model->kind, fidelity_text(place.model->fidelity));
  }
  if (field.type == FieldType::Plugin) {
    std::string forms = "a model name, or an object like {\"model\": \"...\", ...}";
    if (!field.catalogue.empty()) {
      forms += fmt::format(" or {{\"use\": \"...\", ...}} with one of the catalogue of {}: {}",
                           field.catalogue, fmt::join(tables.ids(field.catalogue), ", "));
    }
    return forms;
  }
  if (!field.catalogue.empty() && (place.is_entry || field.type == FieldType::Struct)) {
    return fmt::format("an object, or one of the catalogue of {}: {}", field.catalogue,
                       fmt::join(tables.ids(field.catalogue), ", "));
  }
  if (!field.reference.empty()) {
    return fmt::format("a string: the name of a {} of this scenario", field.reference);
  }
  if (place.is_entry && field.type == FieldType::Numbers) {
    Field ratio;
    ratio.type = FieldType::Ratio;
    return expectation(ratio);
  }
  return place.is_entry ? "an object" : expectation(field);
}

}  // namespace

std::variant<std::string, NoSuchField> Explainer::explain(const std::string& pointer) {
  const auto elements = split_pointer(pointer);
  if (!elements) {
    return NoSuchField{fmt::format("\"{}\" is no JSON pointer", pointer), "one starts with /"};
  }
  std::vector<Declared> places{tree_.root()};
  for (std::size_t i = 0; i < elements->size(); ++i) {
    const auto& element = (*elements)[i];
    std::vector<Declared> next;
    std::vector<std::string> known;
    for (const auto& place : places) {
      const auto found = tree_.step(place, element);
      next.insert(next.end(), found.begin(), found.end());
      const auto special = found.empty() ? special_text(place, element) : std::string();
      if (!special.empty() && i + 1 == elements->size()) {
        return special;
      }
      for (const auto& [name, child] : tree_.children(place)) {
        known.push_back(name);
        if (child.model != nullptr && child.model != place.model) {
          for (const auto& [inner, unused] : tree_.children(child)) {
            known.push_back(inner);
          }
        }
      }
    }
    if (next.empty()) {
      const auto where = places.front().pointer;
      const auto hint = did_you_mean(element, known);
      const auto fallback =
          known.empty() ? "it has no parts" : fmt::format("known: {}", fmt::join(known, ", "));
      return NoSuchField{
          fmt::format("there is no \"{}\" in {}", element, where.empty() ? "the scenario" : where),
          hint.empty() ? fallback : hint};
    }
    places = std::move(next);
  }
  std::string text;
  for (const auto& place : places) {
    text += (text.empty() ? "" : "\n") + text_of(place);
  }
  return text;
}

std::string Explainer::text_of(const Declared& place) {
  std::string text;
  if (place.field != nullptr) {
    text = fmt::format("{}\n  {}\n", place.pointer, meaning_of(place));
    add_line(text, "type", type_of(place, tables_));
    const bool is_number = place.is_entry && place.field->type == FieldType::Numbers;
    if (is_number || !place.is_entry) {
      add_line(text, "range", allowed_range(*place.field));
    }
    if (place.model == nullptr && !place.is_entry) {
      const auto value = tree_.default_text(place);
      add_line(text, "default",
               place.field->is_required ? "none: it is required"
               : value.empty()          ? "not set"
                                        : value);
      add_line(text, "source", place.field->source);
    }
  }
  return text + listing(place);
}

/// The fields or models below a place.
std::string Explainer::listing(const Declared& place) {
  std::string text;
  for (const auto& [name, child] : tree_.children(place)) {
    text += fmt::format("    {:<30} {}\n", name, meaning_of(child));
  }
  if (text.empty()) {
    return text;
  }
  const bool is_choice =
      place.field != nullptr && place.field->type == FieldType::Plugin && place.model == nullptr;
  return fmt::format("  {}\n{}", is_choice ? "models" : "fields", text);
}

/// The keys that are no declared fields.
std::string Explainer::special_text(const Declared& place, const std::string& element) {
  const auto pointer = child_pointer(place.pointer, element);
  if (element == note_key) {
    return fmt::format("{}\n  Free text, legal in every object\n  type      a string\n", pointer);
  }
  const Field* field = place.field;
  const auto children = tree_.children(place);
  const bool has_models = std::any_of(children.begin(), children.end(), [&](const auto& child) {
    return child.second.model != nullptr && child.second.model != place.model;
  });
  if (element == model_key && has_models) {
    return fmt::format("{}\n  Which model this object is; explain {} lists them\n", pointer,
                       place.pointer);
  }
  if (element == use_key && field != nullptr && !field->catalogue.empty()) {
    return fmt::format(
        "{}\n  The catalogue entry that the other keys are merged over\n  one of    {}\n", pointer,
        fmt::join(tables_.ids(field->catalogue), ", "));
  }
  if (field != nullptr && !field->import_key.empty() && element == field->import_key) {
    return fmt::format("{}\n  A file that the object is read from; the other keys go over it\n",
                       pointer);
  }
  return {};
}

std::vector<std::string> Explainer::all_pointers() {
  std::vector<std::string> pointers;
  std::vector<const Schema*> open;
  collect(tree_.root(), open, pointers);
  return pointers;
}

void Explainer::collect(const Declared& place, std::vector<const Schema*>& open,
                        std::vector<std::string>& pointers) {
  const Schema* schema = nullptr;
  if (place.model != nullptr) {
    schema = &place.model->schema();
  } else if (place.field != nullptr && place.field->nested != nullptr) {
    schema = &place.field->nested();
  }
  const bool is_map = place.field != nullptr && place.field->type == FieldType::Map;
  const bool counts = schema != nullptr && !(is_map && !place.is_entry);
  if (counts && std::find(open.begin(), open.end(), schema) != open.end()) {
    return;
  }
  if (counts) {
    open.push_back(schema);
  }
  for (const auto& [name, child] : tree_.children(place)) {
    pointers.push_back(child.pointer);
    collect(child, open, pointers);
  }
  if (counts) {
    open.pop_back();
  }
}

}  // namespace tokenfab
