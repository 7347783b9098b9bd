// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/bundle/bundle-manifest.h"

#include <algorithm>
#include <array>
#include <set>

#include "broker/base/text.h"
#include "launcher/bundle/digest-list.h"
#include "launcher/manifest/toml-fields.h"

namespace latchkey {
namespace {

constexpr size_t MAX_DESCRIPTION = 8000, MAX_PROVIDED = 8;
constexpr std::array KINDS = {"file", "folder", "network", "listen", "service", "desktop", "device", "app", "window"};

// "player", "db-2": lower case, so that it is one word on any command line.
bool isWord(std::string_view text) {
  auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !text.empty() && text.size() <= 64 && text[0] != '-' && std::ranges::all_of(text, allowed);
}

// "de", "pt_BR", "sr@latin".
bool isLanguage(std::string_view text) {
  auto all = [](std::string_view part, char first, char last) {
    return std::ranges::all_of(part, [&](char c) { return c >= first && c <= last; });
  };
  auto at = text.find('@');
  auto modifier = at == text.npos ? std::string_view("x") : text.substr(at + 1);
  auto rest = text.substr(0, at);
  auto line = rest.find('_');
  auto country = line == rest.npos ? std::string_view("XX") : rest.substr(line + 1);
  auto language = rest.substr(0, line);
  return (language.size() == 2 || language.size() == 3) && all(language, 'a', 'z') && country.size() == 2 &&
         all(country, 'A', 'Z') && !modifier.empty() && modifier.size() <= 20 && all(modifier, 'a', 'z');
}

// A path below files/, as an author writes it.
bool isPathBelow(std::string_view path) { return !path.starts_with("..") && staysBelow(path, 0); }

class Reader {
public:
  std::variant<BundleManifest, BundleProblem> read(std::string_view text) {
    m_fields.read(text, fields());
    require(m_format == 1, "format", "must be 1");
    for (auto [value, field] : {std::pair(&m_manifest.id, "id"),
                                {&m_manifest.version, "version"},
                                {&m_manifest.name, "name"},
                                {&m_manifest.summary, "summary"}})
      require(!value->empty(), field, "is missing");
    if (!isRuntime()) {
      require(!m_manifest.commands.empty() || !m_manifest.services.empty(), "commands",
              "is missing: there must be a command or a service");
    } else {
      require(!m_manifest.provides.empty(), "provides", "is missing: say what it is, like \"debian/13\"");
    }
    if (!m_fields.problem()) compare();
    if (m_fields.problem()) return BundleProblem{*m_fields.problem()};
    return std::move(m_manifest);
  }

private:
  using Field = TomlFields::Field;
  using Setter = TomlFields::Setter;
  using Kind = BundleManifest::Kind;

  void require(bool condition, const char* field, const char* what) {
    if (!condition) m_fields.fail(1, field, what);
  }

  bool isRuntime() const { return m_manifest.kind == BundleManifest::Kind::Runtime; }

  std::vector<Field> fields() {
    auto& manifest = m_manifest;
    return {
        {"kind", [this](auto& node, auto& field) { kind(node, field); }},
        {"format", [this](auto& node, auto& field) { m_format = m_fields.number(node, field, 1, 1); }},
        {"id", checked(manifest.id, isBundleId, "is no id: like \"org.example.App\"")},
        {"version", checked(manifest.version, isBundleVersion, "is no version: like \"1.2.3\"")},
        {"name", m_fields.into(manifest.name, 100)},
        {"summary", m_fields.into(manifest.summary, TomlFields::MAX_TEXT)},
        {"description", paragraphs(manifest.description)},
        {"changes", paragraphs(manifest.changes)},
        {"licence", m_fields.into(manifest.licence, TomlFields::MAX_TEXT)},
        {"homepage",
         checked(
             manifest.homepage, [](auto text) { return text.starts_with("https://"); }, "must begin with https://")},
        {"icon", only(Kind::App, path(manifest.icon))},
        {"appstream", only(Kind::App, path(manifest.appstream))},
        {"runtime", only(Kind::App, [this](auto& node, auto& field) { runtime(node, field); })},
        {"provides", only(Kind::Runtime, [this](auto& node, auto& field) { provides(node, field); })},
        {"abilities", only(Kind::App, [this](auto& node, auto& field) { m_fields.table(node, field, abilities()); })},
        {"limits", only(Kind::App, [this](auto& node, auto& field) { m_fields.table(node, field, limits()); })},
        {"translations", [this](auto& node, auto& field) { translations(node, field); }},
        {"commands", only(Kind::App, [this](auto& node, auto& field) { commands(node, field); })},
        {"services", only(Kind::App, [this](auto& node, auto& field) { services(node, field); })},
        {"claims", only(Kind::App, [this](auto& node, auto& field) { claims(node, field); })},
        {"offers", only(Kind::App, [this](auto& node, auto& field) { slots(node, field, m_manifest.offers, true); })},
        {"needs", only(Kind::App, [this](auto& node, auto& field) { slots(node, field, m_manifest.needs, false); })},
    };
  }

  // Remembers where a field stands that only bundles of this kind have: the kind may come behind it.
  Setter only(Kind kind, Setter setter) {
    return [this, kind, setter = std::move(setter)](auto& node, auto& field) {
      m_only.push_back({kind, TomlFields::line(node), field});
      setter(node, field);
    };
  }

  void kind(const toml::node& node, const std::string& field) {
    auto text = m_fields.text(node, field, 20);
    if (text == "runtime") m_manifest.kind = Kind::Runtime;
    else if (text != "app") m_fields.fail(TomlFields::line(node), field, "must be \"app\" or \"runtime\"");
  }

  void runtime(const toml::node& node, const std::string& field) {
    auto text = m_fields.text(node, field, 300);
    if (text == "host") return;
    auto space = text.find(' ');
    m_manifest.runtime = text.substr(0, space);
    m_manifest.runtimeName = space == text.npos ? "" : text.substr(space + 1);
    if (!isBundleId(m_manifest.runtime) || !isRuntimeName(m_manifest.runtimeName))
      m_fields.fail(TomlFields::line(node), field,
                    "must be \"host\", or a runtime and what that has to be: \"org.example.Runtime debian/13\"");
  }

  void provides(const toml::node& node, const std::string& field) {
    m_manifest.provides = m_fields.texts(node, field);
    auto& all = m_manifest.provides;
    auto say = [&](const char* what) { m_fields.fail(TomlFields::line(node), field, what); };
    if (all.size() > MAX_PROVIDED) say("must name at most 8");
    if (!std::ranges::all_of(all, isRuntimeName)) say("must name something and its version: like \"debian/13\"");
    if (std::set(all.begin(), all.end()).size() < all.size()) say("names something twice");
  }

  std::vector<Field> abilities() {
    return {{"own-sandboxes", m_fields.into(m_manifest.ownSandboxes)},
            {"gpu", m_fields.into(m_manifest.gpu)},
            {"needs-x11", m_fields.into(m_manifest.needsX)}};
  }

  std::vector<Field> limits() {
    auto number = [this](uint32_t& target, int64_t most) -> Setter {
      return [this, &target, most](auto& node, auto& field) {
        target = static_cast<uint32_t>(m_fields.number(node, field, 1, most));
      };
    };
    return {{"memory", [this](auto& node, auto& field) { m_manifest.memoryLimit = m_fields.bytes(node, field); }},
            {"processes", number(m_manifest.processLimit, 1'000'000)},
            {"cpu", number(m_manifest.cpuPercent, 100'000)}};
  }

  template <typename Check>
  Setter checked(std::string& target, Check check, const char* otherwise) {
    return [this, &target, check, otherwise](auto& node, auto& field) {
      target = m_fields.text(node, field, 200);
      if (!m_fields.problem() && !check(std::string_view(target)))
        m_fields.fail(TomlFields::line(node), field, otherwise);
    };
  }

  Setter path(std::string& target) { return checked(target, isPathBelow, "must be a path below files/"); }
  Setter word(std::string& target) { return checked(target, isWord, "must be a word of a-z, 0-9 and -"); }

  // An array: one text for each paragraph, for line breaks are control characters.
  Setter paragraphs(std::string& target) {
    return [this, &target](auto& node, auto& field) {
      for (auto& one : m_fields.texts(node, field)) target += (target.empty() ? "" : "\n") + one;
      if (target.size() > MAX_DESCRIPTION) m_fields.fail(TomlFields::line(node), field, "must have at most 8000 bytes");
    };
  }

  Setter commandLine(std::vector<std::string>& words) {
    return [this, &words](auto& node, auto& field) {
      words = m_fields.texts(node, field);
      if (m_fields.problem()) return;
      if (auto problem = objectionToCommand(words); !problem.empty())
        m_fields.fail(TomlFields::line(node), field, problem);
    };
  }

  Setter worded(std::vector<Worded>& target) {
    return [this, &target](auto& node, auto& field) {
      m_fields.named(node, field, [&](auto& key, auto& value, auto& where) {
        if (!isLanguage(key)) return m_fields.fail(TomlFields::line(value), where, "is no language: like \"de\"");
        target.push_back({key, m_fields.text(value, where, TomlFields::MAX_TEXT)});
      });
    };
  }

  void translations(const toml::node& node, const std::string& field) {
    m_fields.named(node, field, [this](auto& key, auto& value, auto& where) {
      if (!isLanguage(key)) return m_fields.fail(TomlFields::line(value), where, "is no language: like \"de\"");
      BundleManifest::Translation one{.language = key};
      m_fields.table(value, where,
                     {{"name", m_fields.into(one.name, 100)},
                      {"summary", m_fields.into(one.summary, TomlFields::MAX_TEXT)},
                      {"description", paragraphs(one.description)},
                      {"changes", paragraphs(one.changes)}});
      m_manifest.translations.push_back(std::move(one));
    });
  }

  // Required, and not said before.
  template <typename List>
  void requireName(const toml::node& node, const std::string& field, const List& list, const std::string& name) {
    auto line = TomlFields::line(node);
    if (name.empty()) return m_fields.fail(line, field + ".name", "is missing");
    if (std::ranges::any_of(list, [&](auto& one) { return one.name == name; }))
      m_fields.fail(line, field + ".name", "is there twice");
  }

  void commands(const toml::node& node, const std::string& field) {
    m_fields.tables(node, field, [this](auto& one, auto& where) {
      BundleManifest::Command command;
      m_fields.table(
          one, where,
          {{"name", word(command.name)}, {"command", commandLine(command.words)}, {"desktop", path(command.desktop)}});
      requireName(one, where, m_manifest.commands, command.name);
      if (command.words.empty()) m_fields.fail(TomlFields::line(one), where + ".command", "is missing");
      m_manifest.commands.push_back(std::move(command));
    });
  }

  void services(const toml::node& node, const std::string& field) {
    m_fields.tables(node, field, [this](auto& one, auto& where) {
      BundleManifest::Service service;
      auto listen = [&](const toml::node& value, const std::string& place) {
        m_fields.tables(
            value, place,
            [&](auto& port, auto& at) {
              service.listen.push_back(static_cast<uint16_t>(m_fields.number(port, at, 1, 65535)));
            },
            "port numbers");
      };
      m_fields.table(one, where,
                     {{"name", word(service.name)}, {"command", commandLine(service.words)}, {"listen", listen}});
      requireName(one, where, m_manifest.services, service.name);
      if (service.words.empty()) m_fields.fail(TomlFields::line(one), where + ".command", "is missing");
      m_manifest.services.push_back(std::move(service));
    });
  }

  void requireKind(const toml::node& node, const std::string& field, const std::string& kind) {
    if (std::ranges::find(KINDS, kind) == KINDS.end())
      m_fields.fail(TomlFields::line(node), field + ".kind", "is missing or no kind");
  }

  void claims(const toml::node& node, const std::string& field) {
    m_fields.tables(node, field, [this](auto& one, auto& where) {
      BundleManifest::Claim claim;
      m_fields.table(one, where,
                     {{"kind", m_fields.into(claim.kind, 20)},
                      {"target", m_fields.into(claim.target, TomlFields::MAX_PATH)},
                      {"access", m_fields.into(claim.access, 10)},
                      {"reason", m_fields.into(claim.reason, TomlFields::MAX_TEXT)},
                      {"reasons", worded(claim.reasons)}});
      requireKind(one, where, claim.kind);
      auto line = TomlFields::line(one);
      if (claim.target.empty()) m_fields.fail(line, where + ".target", "is missing");
      // People refuse what comes without a reason, and rightly.
      if (claim.reason.empty()) m_fields.fail(line, where + ".reason", "is missing");
      if (claim.access != "read" && claim.access != "write")
        m_fields.fail(line, where + ".access", "must be \"read\" or \"write\"");
      m_manifest.claims.push_back(std::move(claim));
    });
  }

  void slots(const toml::node& node, const std::string& field, std::vector<BundleManifest::Slot>& slots, bool offered) {
    m_fields.tables(node, field, [&](auto& one, auto& where) {
      BundleManifest::Slot slot;
      std::vector<Field> known = {{"name", word(slot.name)}, {"kind", m_fields.into(slot.kind, 20)}};
      if (offered) known.push_back({"service", word(slot.service)});
      else
        known.insert(known.end(),
                     {{"reason", m_fields.into(slot.reason, TomlFields::MAX_TEXT)}, {"reasons", worded(slot.reasons)}});
      m_fields.table(one, where, known);
      requireName(one, where, slots, slot.name);
      requireKind(one, where, slot.kind);
      if (!offered && slot.reason.empty()) m_fields.fail(TomlFields::line(one), where + ".reason", "is missing");
      slots.push_back(std::move(slot));
    });
  }

  // What one field says of another.
  void compare() {
    for (auto& one : m_only) {
      if (one.kind == m_manifest.kind) continue;
      m_fields.fail(one.line, one.field,
                    isRuntime() ? "a runtime has none: it starts and claims nothing" : "only a runtime has it");
    }
    if (m_manifest.runtime == m_manifest.id) m_fields.fail(1, "runtime", "must be another bundle than this one");
    for (auto& offer : m_manifest.offers) {
      bool known = offer.service.empty() ||
                   std::ranges::any_of(m_manifest.services, [&](auto& one) { return one.name == offer.service; });
      if (!known) m_fields.fail(1, "offers.service", "there is no service of that name");
    }
  }

  struct Only {
    Kind kind;
    uint32_t line;
    std::string field;
  };

  TomlFields m_fields{bundle::MANIFEST};
  BundleManifest m_manifest;
  std::vector<Only> m_only;
  int64_t m_format = 0;
};

}  // namespace

std::variant<BundleManifest, BundleProblem> BundleManifest::parse(std::string_view text) { return Reader().read(text); }

std::string objectionToCommand(const std::vector<std::string>& words) {
  if (words.empty()) return "is empty";
  for (auto& word : words) {
    if (escaped(word) != word) return "holds control or invisible characters";
    if (word.starts_with("@@")) return "holds a mark of another launcher (@@)";
  }
  auto& program = words[0];
  bool host = program.starts_with("/usr/");
  if (!staysBelow(host ? std::string_view(program).substr(1) : std::string_view(program), 0))
    return "must begin with a path below files/, or with one in /usr/";
  // Something that stands before a program's name in so many command lines.
  if (program.starts_with('-') || program.find('=') != program.npos)
    return "must begin with a program, not with an option or a variable";
  return "";
}

}  // namespace latchkey
