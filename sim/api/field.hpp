// SPDX-License-Identifier: Apache-2.0
// Field declarations: each configuration struct says once what its fields are called, mean, may
// hold and where their defaults come from. The reader, the resolved writer and every later printer
// (schema, explain) walk these declarations; none of them knows a struct by name.
//
//   struct FlatTariffConfig {
//     DollarsPerJoule price;
//     double growth = 0.0;
//     static void describe(Describe<FlatTariffConfig>& d) {
//       d.field("price", &FlatTariffConfig::price, "Energy price at the meter").required();
//       d.field("growth", &FlatTariffConfig::growth, "Yearly price growth").range(-0.5, 0.5);
//     }
//   };
//
// Defaults live only in the struct's initialisers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/core/units.hpp"

namespace tokenfab {

class Schema;

/// What a scalar field holds once read: SI values for quantities, degrees for Celsius.
using FieldValue =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::string>>;

enum class FieldType {
  Boolean,
  Count,        // integer without unit
  Ratio,        // number, or a string in percent
  Quantity,     // string with a unit of `Field::dimension`
  Temperature,  // point on the Celsius scale: "35 degC"
  Text,
  Choice,    // one of `Field::choices`
  TextList,  // array of strings
  Numbers,   // map of name -> ratio (fx rates, quantile points)
  Struct,    // object described by `Field::nested`
  Map,       // name -> object described by `Field::nested`
  Plugin     // object with a "model" key naming an entry of kind `Field::plugin_kind`
};

/// A pluggable object as configured: which model, and that model's own configuration struct.
struct PluginConfig {
  std::string model;
  std::shared_ptr<void> config;  // null until read; the struct that the entry's schema describes
};

/// Allowed values, inclusive, in SI units.
struct ValueRange {
  double low;
  double high;
};

struct Field {
  std::string key;
  std::string meaning;
  std::string source;  // where the default comes from; empty for a plain choice of ours
  FieldType type = FieldType::Text;
  Dimension dimension{};
  std::optional<ValueRange> range;
  std::vector<std::string> choices;
  bool is_required = false;
  bool is_optional = false;             // std::optional member: absent means "not set"
  const Schema& (*nested)() = nullptr;  // Struct and Map
  std::string catalogue;                // Struct, Map: "use" names an entry of this catalogue table
  std::string import_key;    // Struct, Map: this key names a file to read the object from
  std::string default_use;   // Struct: the catalogue entry used when the field is absent
  std::string plugin_kind;   // Plugin
  bool is_inline = false;    // Plugin: its keys stand beside the owner's own keys
  std::string number_model;  // Plugin: a bare number N means {"model": this, "value": N}
  std::string reference;     // Text: names an object of this kind elsewhere ("cluster")

  // Type-erased access; `object` is the struct that owns the field.
  std::function<void(void* object, const FieldValue&)> set;  // scalars
  std::function<FieldValue(const void* object)> get;         // scalars; monostate = not set
  std::function<void*(void* object)> sub;                    // Struct; makes an optional one
  std::function<const void*(const void* object)> sub_const;  // Struct; null = not set
  std::function<void*(void* object, const std::string& name)> insert;  // Map
  std::function<std::vector<std::pair<std::string, const void*>>(const void* object)> entries;
  std::function<PluginConfig*(void* object)> plugin;  // Plugin
  std::function<const PluginConfig*(const void* object)> plugin_const;
  std::function<std::map<std::string, double>*(void* object)> numbers;  // Numbers
  std::function<const std::map<std::string, double>*(const void* object)> numbers_const;
};

class Schema {
 public:
  std::vector<Field> fields;

  const Field* find(const std::string& key) const {
    for (const auto& field : fields) {
      if (field.key == key) {
        return &field;
      }
    }
    return nullptr;
  }
};

/// Refines the declaration just made; calls chain.
class FieldRefinement {
 public:
  explicit FieldRefinement(Field& field) : field_(field) {}
  FieldRefinement& required() {
    field_.is_required = true;
    return *this;
  }
  FieldRefinement& range(double low, double high) {
    field_.range = {low, high};
    return *this;
  }
  FieldRefinement& source(std::string text) {
    field_.source = std::move(text);
    return *this;
  }
  FieldRefinement& catalogue(std::string name) {
    field_.catalogue = std::move(name);
    return *this;
  }
  FieldRefinement& imports(std::string key) {
    field_.import_key = std::move(key);
    return *this;
  }
  FieldRefinement& uses_by_default(std::string id) {
    field_.default_use = std::move(id);
    return *this;
  }
  FieldRefinement& refers_to(std::string kind) {
    field_.reference = std::move(kind);
    return *this;
  }
  FieldRefinement& number_means(std::string model) {
    field_.number_model = std::move(model);
    return *this;
  }

 private:
  Field& field_;
};

template <class T>
const Schema& schema_of();

namespace field_detail {

template <class M>
struct Unwrapped {
  using type = M;
  static constexpr bool is_optional = false;
};
template <class M>
struct Unwrapped<std::optional<M>> {
  using type = M;
  static constexpr bool is_optional = true;
};

template <class V>
struct IsQuantity : std::false_type {};
template <Dimension D>
struct IsQuantity<Quantity<D>> : std::true_type {};

/// How a C++ scalar type shows itself as a FieldValue.
template <class V>
struct Scalar {
  static void declare(Field& field) {
    if constexpr (std::is_same_v<V, bool>) {
      field.type = FieldType::Boolean;
    } else if constexpr (std::is_integral_v<V>) {
      field.type = FieldType::Count;
    } else if constexpr (std::is_same_v<V, double>) {
      field.type = FieldType::Ratio;
    } else if constexpr (std::is_same_v<V, Celsius>) {
      field.type = FieldType::Temperature;
    } else if constexpr (IsQuantity<V>::value) {
      field.type = FieldType::Quantity;
      field.dimension = V::dimension;
    } else if constexpr (std::is_same_v<V, std::string>) {
      field.type = FieldType::Text;
    } else {
      static_assert(std::is_same_v<V, std::vector<std::string>>, "no field type for this member");
      field.type = FieldType::TextList;
    }
  }
  static V from(const FieldValue& value) {
    if constexpr (std::is_same_v<V, bool>) {
      return std::get<bool>(value);
    } else if constexpr (std::is_integral_v<V>) {
      return static_cast<V>(std::get<std::int64_t>(value));
    } else if constexpr (std::is_same_v<V, double> || std::is_same_v<V, Celsius> ||
                         IsQuantity<V>::value) {
      return V(std::get<double>(value));
    } else {
      return std::get<V>(value);
    }
  }
  static FieldValue to(const V& value) {
    if constexpr (std::is_same_v<V, bool>) {
      return value;
    } else if constexpr (std::is_integral_v<V>) {
      return static_cast<std::int64_t>(value);
    } else if constexpr (std::is_same_v<V, Celsius>) {
      return value.degrees();
    } else if constexpr (IsQuantity<V>::value) {
      return value.si();
    } else {
      return value;
    }
  }
};

}  // namespace field_detail

/// Collects the declarations of struct T; handed to T::describe.
template <class T>
class Describe {
 public:
  explicit Describe(Schema& schema) : schema_(schema) {}

  /// A scalar member: bool, integer, double, Quantity, Celsius, string, list of strings, or an
  /// optional of these; or a Numbers map.
  template <class M>
  FieldRefinement field(std::string key, M T::*member, std::string meaning) {
    Field& field = add(std::move(key), std::move(meaning));
    if constexpr (std::is_same_v<M, std::map<std::string, double>>) {
      field.type = FieldType::Numbers;
      field.numbers = [member](void* object) { return &(static_cast<T*>(object)->*member); };
      field.numbers_const = [member](const void* object) {
        return &(static_cast<const T*>(object)->*member);
      };
    } else {
      using Value = typename field_detail::Unwrapped<M>::type;
      using Scalar = field_detail::Scalar<Value>;
      Scalar::declare(field);
      field.is_optional = field_detail::Unwrapped<M>::is_optional;
      field.set = [member](void* object, const FieldValue& value) {
        static_cast<T*>(object)->*member = Scalar::from(value);
      };
      field.get = [member](const void* object) -> FieldValue {
        const M& value = static_cast<const T*>(object)->*member;
        if constexpr (field_detail::Unwrapped<M>::is_optional) {
          return value ? Scalar::to(*value) : FieldValue{};
        } else {
          return Scalar::to(value);
        }
      };
    }
    return FieldRefinement(field);
  }

  /// An enum member, written as one of `names`; the order is that of the enumerators from 0.
  template <class E>
  FieldRefinement choice(std::string key, E T::*member, std::vector<std::string> names,
                         std::string meaning) {
    Field& field = add(std::move(key), std::move(meaning));
    field.type = FieldType::Choice;
    field.choices = names;
    field.set = [member, names](void* object, const FieldValue& value) {
      const auto& name = std::get<std::string>(value);
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) {
          static_cast<T*>(object)->*member = static_cast<E>(i);
        }
      }
    };
    field.get = [member, names](const void* object) -> FieldValue {
      return names.at(static_cast<std::size_t>(static_cast<const T*>(object)->*member));
    };
    return FieldRefinement(field);
  }

  /// A nested struct, or an optional one.
  template <class M>
  FieldRefinement object(std::string key, M T::*member, std::string meaning) {
    using Value = typename field_detail::Unwrapped<M>::type;
    Field& field = add(std::move(key), std::move(meaning));
    field.type = FieldType::Struct;
    field.nested = &schema_of<Value>;
    field.is_optional = field_detail::Unwrapped<M>::is_optional;
    field.sub = [member](void* object) -> void* {
      M& value = static_cast<T*>(object)->*member;
      if constexpr (field_detail::Unwrapped<M>::is_optional) {
        return value ? &*value : &value.emplace();
      } else {
        return &value;
      }
    };
    field.sub_const = [member](const void* object) -> const void* {
      const M& value = static_cast<const T*>(object)->*member;
      if constexpr (field_detail::Unwrapped<M>::is_optional) {
        return value ? &*value : nullptr;
      } else {
        return &value;
      }
    };
    return FieldRefinement(field);
  }

  /// A collection by name; iteration is in name order.
  template <class V>
  FieldRefinement map(std::string key, std::map<std::string, V> T::*member, std::string meaning) {
    Field& field = add(std::move(key), std::move(meaning));
    field.type = FieldType::Map;
    field.nested = &schema_of<V>;
    field.insert = [member](void* object, const std::string& name) -> void* {
      return &(static_cast<T*>(object)->*member)[name];
    };
    field.entries = [member](const void* object) {
      std::vector<std::pair<std::string, const void*>> result;
      for (const auto& [name, value] : static_cast<const T*>(object)->*member) {
        result.emplace_back(name, &value);
      }
      return result;
    };
    return FieldRefinement(field);
  }

  /// A pluggable object of a kind in the catalogue ("router", "cooling", ...).
  FieldRefinement plugin(std::string key, PluginConfig T::*member, std::string kind,
                         std::string meaning) {
    Field& field = add(std::move(key), std::move(meaning));
    field.type = FieldType::Plugin;
    field.plugin_kind = std::move(kind);
    field.plugin = [member](void* object) { return &(static_cast<T*>(object)->*member); };
    field.plugin_const = [member](const void* object) {
      return &(static_cast<const T*>(object)->*member);
    };
    return FieldRefinement(field);
  }

  /// A pluggable object whose "model" and further keys stand in the owner's own object.
  FieldRefinement inline_plugin(PluginConfig T::*member, std::string kind, std::string meaning) {
    auto refinement = plugin("model", member, std::move(kind), std::move(meaning));
    schema_.fields.back().is_inline = true;
    return refinement.required();
  }

 private:
  Field& add(std::string key, std::string meaning) {
    Field& field = schema_.fields.emplace_back();
    field.key = std::move(key);
    field.meaning = std::move(meaning);
    return field;
  }

  Schema& schema_;
};

/// The declarations of T, built on first use and kept for good.
template <class T>
const Schema& schema_of() {
  static const Schema schema = [] {
    Schema result;
    Describe<T> describe(result);
    T::describe(describe);
    return result;
  }();
  return schema;
}

}  // namespace tokenfab
