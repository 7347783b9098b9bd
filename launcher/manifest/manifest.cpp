// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/manifest/manifest.h"

#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <format>
#include <functional>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

// In this one file: a shared library for it would be loaded by every launch. With exceptions, caught right where it is
// called: without them its parser goes on after an error, into its own assertions (our fuzzer found "[= ").
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 1
#include <toml++/toml.hpp>

#include "broker/base/files.h"
#include "broker/base/text.h"

namespace latchkey {
namespace {

constexpr size_t MAX_SIZE = 64 << 10;
constexpr size_t MAX_NESTING = 64;  // Of brackets; the library below recurses.
constexpr size_t MAX_LIST = 64;
constexpr size_t MAX_TEXT = 300;
constexpr size_t MAX_PATH = 4096;
constexpr std::array KINDS = {"file", "folder", "network", "listen", "service", "desktop", "device", "app", "window"};

bool isManifestId(std::string_view id) {
  auto allowed = [](unsigned char c) { return isalnum(c) || c == '.' || c == '_' || c == '-' || c == '+'; };
  return !id.empty() && id.size() <= 200 && id.front() != '.' && id.front() != '-' && std::ranges::all_of(id, allowed);
}

bool isClean(std::string_view text) { return escaped(text) == text; }

// The library's parser assumes things of malformed input that are not so, and assumes them as facts where assertions
// are off: it never gets to see text that comes near. Follows strings and comments only as far as that takes.
class Guard {
public:
  explicit Guard(std::string_view text) : m_text(text) {}

  uint32_t line = 1;

  // Empty if the library may have it.
  std::string objection() {
    for (bool lineBegins = true; !m_text.empty();) {
      char c = take();
      if (c == '\n') {
        ++line;
        lineBegins = true;
        m_inHeader = false;
        continue;
      }
      if (c == ' ' || c == '\t' || c == '\r') continue;
      std::string problem = c == '"' || c == '\'' ? skipString(c) : c == '#' ? skipComment() : plain(c, lineBegins);
      if (!problem.empty()) return problem;
      lineBegins = false;
    }
    return {};
  }

private:
  char take() {
    char c = m_text.front();
    m_text.remove_prefix(1);
    return c;
  }

  std::string skipComment() {
    m_text.remove_prefix(std::min(m_text.find('\n'), m_text.size()));
    return {};
  }

  std::string skipString(char quote) {
    std::string three(3, quote);
    bool many = m_text.starts_with(three.substr(1));
    if (many) m_text.remove_prefix(2);
    while (!m_text.empty()) {
      if (many && m_text.starts_with(three)) return m_text.remove_prefix(3), std::string();
      char c = take();
      if (c == quote && !many) return {};
      if (c == '\n' && !many) break;
      if (c == '\n') ++line;
      if (c == '\\' && quote == '"' && !m_text.empty() && m_text.front() != '\n') take();
    }
    return "a text without end";
  }

  std::string plain(char c, bool lineBegins) {
    if (isWord(c)) return word(c);
    if (std::string_view("[]{}=,").find(c) == std::string_view::npos) return "an unusual character outside of quotes";
    if (lineBegins) m_inHeader = c == '[' && m_depth == 0;
    if (m_inHeader && lineBegins && !isHeader()) return "no table has such a name";
    if (c == '[' || c == '{') ++m_depth;
    if ((c == ']' || c == '}') && m_depth > 0) --m_depth;
    return m_depth > MAX_NESTING ? "nested too deep" : "";
  }

  static bool isWord(char c) { return (c > 0 && isalnum(c)) || c == '_' || c == '-' || c == '.'; }

  // A key may be any word; of values we know truths and whole numbers. Dates and fractions are in no manifest.
  std::string word(char first) {
    size_t length = 0;
    while (length < m_text.size() && isWord(m_text[length])) ++length;
    auto rest = std::string(1, first) + std::string(m_text.substr(0, length));
    m_text.remove_prefix(length);
    auto next = m_text.find_first_not_of(" \t");
    bool isKey = m_inHeader || (next != m_text.npos && m_text[next] == '=');
    if (isKey || rest == "true" || rest == "false") return {};
    auto digits = std::string_view(rest).substr(first == '-' ? 1 : 0);
    bool whole = !digits.empty() && digits.size() < 19 && digits.find_first_not_of("0123456789") == digits.npos;
    return whole ? "" : "neither a text, a whole number, true nor false";
  }

  bool isHeader() const {
    auto rest = m_text;
    if (rest.starts_with('[')) rest.remove_prefix(1);
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (rest.empty()) return false;
    auto c = static_cast<unsigned char>(rest.front());
    return isalnum(c) || c == '_' || c == '-' || c == '"' || c == '\'';
  }

  static_assert(std::is_signed_v<char>, "what lies above ASCII is told by its sign");
  std::string_view m_text;
  size_t m_depth = 0;
  bool m_inHeader = false;
};

// Reads one manifest. The first problem stays; what follows it changes nothing.
class Reader {
public:
  Reader(std::string_view file) : m_file(file) {}

  std::variant<Manifest, ManifestProblem> read(std::string_view text) {
    if (text.size() > MAX_SIZE) return problemAt(0, "", "larger than a manifest may be (64 KiB)");
    if (text.find('\0') != text.npos) return problemAt(0, "", "holds a NUL byte");
    Guard guard(text);
    if (auto objection = guard.objection(); !objection.empty()) return problemAt(guard.line, "", objection);
    toml::table table;
    try {
      table = toml::parse(text);
    } catch (const toml::parse_error& error) {
      return problemAt(error.source().begin.line, "", std::string(error.description()));
    }
    readTable(table, "", fields());
    if (!m_problem && m_manifest.id.empty()) fail(1, "id", "is missing");
    if (m_problem) return std::move(*m_problem);
    return std::move(m_manifest);
  }

private:
  using Setter = std::function<void(const toml::node&, const std::string& field)>;
  struct Field {
    std::string_view name;
    Setter set;
  };

  std::vector<Field> fields() {
    return {
        {"id",
         [this](auto& node, auto& field) {
           auto value = text(node, field, 200);
           if (!m_problem && !isManifestId(value)) fail(line(node), field, "is no app id");
           m_manifest.id = std::move(value);
         }},
        {"name", into(m_manifest.name, MAX_TEXT)},
        {"version", into(m_manifest.version, 100)},
        {"icon", into(m_manifest.icon, MAX_PATH)},
        {"command", [this](auto& node, auto& field) { m_manifest.command = texts(node, field); }},
        {"abilities", [this](auto& node, auto& field) { table(node, field, abilities()); }},
        {"limits", [this](auto& node, auto& field) { table(node, field, limits()); }},
        {"claims", [this](auto& node, auto& field) { claims(node, field); }},
    };
  }

  std::vector<Field> abilities() {
    return {{"own-sandboxes", into(m_manifest.ownSandboxes)},
            {"gpu", into(m_manifest.gpu)},
            {"needs-x11", into(m_manifest.needsX)}};
  }

  std::vector<Field> limits() {
    return {
        {"memory", [this](auto& node, auto& field) { m_manifest.memoryLimit = bytes(node, field); }},
        {"processes",
         [this](auto& node, auto& field) {
           m_manifest.processLimit = static_cast<uint32_t>(number(node, field, 1, 1000000));
         }},
        {"cpu", [this](auto& node,
                       auto& field) { m_manifest.cpuPercent = static_cast<uint32_t>(number(node, field, 1, 100000)); }},
    };
  }

  Setter into(std::string& target, size_t most) {
    return [this, &target, most](auto& node, auto& field) { target = text(node, field, most); };
  }
  Setter into(bool& target) {
    return [this, &target](const toml::node& node, const std::string& field) {
      if (auto value = node.as_boolean()) target = value->get();
      else fail(line(node), field, "must be true or false");
    };
  }

  void readTable(const toml::table& table, const std::string& prefix, const std::vector<Field>& known) {
    for (auto& [key, node] : table) {
      if (m_problem) return;
      auto field = prefix + brief(key.str(), 60);
      auto found = std::ranges::find(known, key.str(), &Field::name);
      if (found == known.end()) return fail(key.source().begin.line, field, "there is no such field");
      found->set(node, field);
    }
  }

  void table(const toml::node& node, const std::string& field, const std::vector<Field>& known) {
    if (auto inner = node.as_table()) readTable(*inner, field + ".", known);
    else fail(line(node), field, "must be a table");
  }

  void claims(const toml::node& node, const std::string& field) {
    auto array = node.as_array();
    if (array == nullptr || array->size() > MAX_LIST)
      return fail(line(node), field, "must be an array of at most 64 tables");
    for (auto& one : *array) {
      ManifestClaim claim{.access = "read"};
      table(one, field,
            {
                {"kind", into(claim.kind, 20)},
                {"target", into(claim.target, MAX_PATH)},
                {"access", into(claim.access, 10)},
                {"reason", into(claim.reason, MAX_TEXT)},
            });
      if (m_problem) return;
      if (std::ranges::find(KINDS, claim.kind) == KINDS.end())
        return fail(line(one), field + ".kind", "is missing or no kind");
      if (claim.target.empty()) return fail(line(one), field + ".target", "is missing");
      if (claim.access != "read" && claim.access != "write")
        return fail(line(one), field + ".access", "must be \"read\" or \"write\"");
      m_manifest.claims.push_back(std::move(claim));
    }
  }

  std::string text(const toml::node& node, const std::string& field, size_t most) {
    auto value = node.as_string();
    if (value == nullptr) return fail(line(node), field, "must be a text"), std::string();
    if (value->get().empty() || value->get().size() > most) {
      return fail(line(node), field, std::format("must have 1 to {} bytes", most)), std::string();
    }
    if (!isClean(value->get())) return fail(line(node), field, "holds control or invisible characters"), std::string();
    return value->get();
  }

  std::vector<std::string> texts(const toml::node& node, const std::string& field) {
    auto array = node.as_array();
    if (array == nullptr || array->empty() || array->size() > MAX_LIST) {
      fail(line(node), field, "must be an array of 1 to 64 texts");
      return {};
    }
    std::vector<std::string> result;
    for (auto& one : *array) result.push_back(text(one, field, MAX_PATH));
    return result;
  }

  int64_t number(const toml::node& node, const std::string& field, int64_t least, int64_t most) {
    auto value = node.as_integer();
    if (value != nullptr && value->get() >= least && value->get() <= most) return value->get();
    fail(line(node), field, std::format("must be a whole number from {} to {}", least, most));
    return 0;
  }

  // 512, "512M", "2G".
  uint64_t bytes(const toml::node& node, const std::string& field) {
    constexpr int64_t LEAST = 1 << 20, MOST = int64_t{1} << 44;
    if (node.is_integer()) return static_cast<uint64_t>(number(node, field, LEAST, MOST));
    auto value = node.as_string();
    auto written = value == nullptr ? std::string_view() : std::string_view(value->get());
    int64_t unit = written.ends_with('K')   ? 1 << 10
                   : written.ends_with('M') ? 1 << 20
                   : written.ends_with('G') ? 1 << 30
                                            : 0;
    int64_t amount = 0;
    if (unit != 0) {
      auto digits = written.substr(0, written.size() - 1);
      auto end = std::from_chars(digits.data(), digits.data() + digits.size(), amount);
      if (end.ec != std::errc() || end.ptr != digits.data() + digits.size() || amount < 0 || amount > MOST / unit)
        amount = 0;
    }
    if (amount * unit < LEAST)
      fail(line(node), field, "must be a number of bytes of at least 1 MiB, or like \"512M\", \"2G\"");
    return static_cast<uint64_t>(amount * unit);
  }

  static uint32_t line(const toml::node& node) { return node.source().begin.line; }

  ManifestProblem problemAt(uint32_t line, std::string_view field, const std::string& what) const {
    return {std::format("{}:{}: {}{}{}", escaped(m_file), line, field, field.empty() ? "" : ": ", brief(what, 300))};
  }
  void fail(uint32_t line, const std::string& field, const std::string& what) {
    if (!m_problem) m_problem = problemAt(line, field, what);
  }

  std::string_view m_file;
  Manifest m_manifest;
  std::optional<ManifestProblem> m_problem;
};

std::string ownPrefix() {
  char path[PATH_MAX];
  auto length = readlink("/proc/self/exe", path, sizeof path);
  if (length <= 0) return "/usr";
  std::string all(path, static_cast<size_t>(length));
  auto folder = all.substr(0, all.rfind('/'));
  return folder.substr(0, folder.rfind('/'));
}

}  // namespace

std::variant<Manifest, ManifestProblem> parseManifest(std::string_view text, std::string_view fileName) {
  return Reader(fileName).read(text);
}

ManifestPlaces ManifestPlaces::of(const std::string& latchkeyConfig) {
  // Beside the programs of this build or installation, not by a variable.
  return {{latchkeyConfig + "/apps", ownPrefix() + "/share/latchkey/apps"}};
}

std::variant<Manifest, ManifestProblem> findManifest(const ManifestPlaces& places, std::string_view app) {
  Manifest none{.id = std::string(app)};
  if (!isManifestId(app)) return none;  // A command or an AppImage: nobody can have written one for it.
  for (auto& directory : places.directories) {
    auto path = directory + "/" + std::string(app) + ".toml";
    if (access(path.c_str(), F_OK) < 0) continue;
    KJ_IF_MAYBE (text, tryReadFile(path, MAX_SIZE)) {
      auto result = parseManifest(*text, path);
      auto manifest = std::get_if<Manifest>(&result);
      if (manifest != nullptr && manifest->id != app)
        return ManifestProblem{escaped(path) + ":1: id: is not that of the file name"};
      return result;
    }
    return ManifestProblem{escaped(path) + ":0: cannot be read, or is larger than a manifest may be"};
  }
  return none;
}

}  // namespace latchkey
