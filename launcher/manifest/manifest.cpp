// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/manifest/manifest.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "broker/base/files.h"
#include "broker/base/spawn.h"
#include "broker/base/text.h"
#include "launcher/manifest/toml-fields.h"

namespace latchkey {
namespace {

constexpr std::array KINDS = {"file", "folder", "network", "listen", "service", "desktop", "device", "app", "window"};

bool isManifestId(std::string_view id) {
  auto allowed = [](unsigned char c) { return isalnum(c) || c == '.' || c == '_' || c == '-' || c == '+'; };
  return !id.empty() && id.size() <= 200 && id.front() != '.' && id.front() != '-' && std::ranges::all_of(id, allowed);
}

// Reads one manifest.
class Reader {
public:
  explicit Reader(std::string_view file) : m_fields(file) {}

  std::variant<Manifest, ManifestProblem> read(std::string_view text) {
    m_fields.read(text, fields());
    if (m_manifest.id.empty()) m_fields.fail(1, "id", "is missing");
    if (m_fields.problem()) return ManifestProblem{*m_fields.problem()};
    return std::move(m_manifest);
  }

private:
  using Field = TomlFields::Field;

  std::vector<Field> fields() {
    return {
        {"id",
         [this](auto& node, auto& field) {
           auto value = m_fields.text(node, field, 200);
           if (!m_fields.problem() && !isManifestId(value))
             m_fields.fail(TomlFields::line(node), field, "is no app id");
           m_manifest.id = std::move(value);
         }},
        {"name", m_fields.into(m_manifest.name, TomlFields::MAX_TEXT)},
        {"version", m_fields.into(m_manifest.version, 100)},
        {"icon", m_fields.into(m_manifest.icon, TomlFields::MAX_PATH)},
        {"command", [this](auto& node, auto& field) { m_manifest.command = m_fields.texts(node, field); }},
        {"abilities", [this](auto& node, auto& field) { m_fields.table(node, field, abilities()); }},
        {"limits", [this](auto& node, auto& field) { m_fields.table(node, field, limits()); }},
        {"claims", [this](auto& node, auto& field) { claims(node, field); }},
    };
  }

  std::vector<Field> abilities() {
    return {{"own-sandboxes", m_fields.into(m_manifest.ownSandboxes)},
            {"gpu", m_fields.into(m_manifest.gpu)},
            {"needs-x11", m_fields.into(m_manifest.needsX)}};
  }

  std::vector<Field> limits() {
    return {
        {"memory", [this](auto& node, auto& field) { m_manifest.memoryLimit = m_fields.bytes(node, field); }},
        {"processes",
         [this](auto& node, auto& field) {
           m_manifest.processLimit = static_cast<uint32_t>(m_fields.number(node, field, 1, 1000000));
         }},
        {"cpu",
         [this](auto& node, auto& field) {
           m_manifest.cpuPercent = static_cast<uint32_t>(m_fields.number(node, field, 1, 100000));
         }},
    };
  }

  void claims(const toml::node& node, const std::string& field) {
    m_fields.tables(node, field, [this](auto& one, auto& where) {
      ManifestClaim claim{.access = "read"};
      m_fields.table(one, where,
                     {
                         {"kind", m_fields.into(claim.kind, 20)},
                         {"target", m_fields.into(claim.target, TomlFields::MAX_PATH)},
                         {"access", m_fields.into(claim.access, 10)},
                         {"reason", m_fields.into(claim.reason, TomlFields::MAX_TEXT)},
                     });
      if (m_fields.problem()) return;
      auto line = TomlFields::line(one);
      if (std::ranges::find(KINDS, claim.kind) == KINDS.end())
        return m_fields.fail(line, where + ".kind", "is missing or no kind");
      if (claim.target.empty()) return m_fields.fail(line, where + ".target", "is missing");
      if (claim.access != "read" && claim.access != "write")
        return m_fields.fail(line, where + ".access", "must be \"read\" or \"write\"");
      m_manifest.claims.push_back(std::move(claim));
    });
  }

  TomlFields m_fields;
  Manifest m_manifest;
};

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
    KJ_IF_MAYBE (text, tryReadFile(path, TomlFields::MAX_SIZE)) {
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
