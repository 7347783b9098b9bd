// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Documents: what is left of it where files are at their own paths. Ours.
//
// Toolkits put a file they hold in here before they name it to somebody else, and use the path they know where the
// answer is that nothing was needed. So it is answered whenever they can take that answer; otherwise a file has an id,
// and the id a path. Nothing is granted here: a file goes to another app by a drag, by a paste, or by being opened
// there, where a person has a say.

#include <unistd.h>

#include "broker/base/files.h"
#include "portals/desktop/portals.h"
#include "portals/desktop/secret-key.h"

namespace latchkey::desktop {
namespace {

constexpr char INTERFACE[] = "org.freedesktop.portal.Documents";
constexpr size_t MOST_DOCUMENTS = 1024;
constexpr size_t MOST_AT_ONCE = 64;
constexpr uint64_t REUSE = 1, AS_NEEDED = 4, ALL_FLAGS = 15;

// Paths on this interface end with a NUL.
Value pathValue(const std::string& path) { return Value::bytes(path + '\0'); }

std::string mountPoint() { return "/run/user/" + std::to_string(getuid()) + "/doc"; }

[[noreturn]] void refuse() { throwBusError(error::NOT_ALLOWED, "not for apps"); }

class Documents {
public:
  explicit Documents(Frontend& frontend) : m_frontend(frontend) {}

  kj::Promise<Value::List> add(Call& call) {
    auto id = co_await added(call.argument(0), call.argument(1).asFlag());
    co_return Value::List{id};
  }

  kj::Promise<Value::List> addFull(Call& call) {
    auto descriptors = call.argument(0).items();
    auto flags = call.argument(1).asNumber();
    if ((flags & ~ALL_FLAGS) != 0) throwBusError(error::INVALID, "invalid flags");
    if (descriptors.size() > MOST_AT_ONCE) throwBusError(error::LIMIT, "too many files at once");
    std::vector<std::string> ids;
    for (auto& one : descriptors) {
      auto id = co_await added(one, (flags & REUSE) != 0);
      ids.push_back((flags & AS_NEEDED) != 0 ? "" : id);
    }
    co_return Value::List{Value::texts(ids), asArgument({{"mountpoint", pathValue(mountPoint())}})};
  }

  kj::Promise<Value::List> remove(Call& call) {
    if (m_paths.erase(call.argument(0).asText()) == 0) throwBusError(error::NOT_FOUND, "No such document");
    return Value::List();
  }

  kj::Promise<Value::List> hostPaths(Call& call) {
    Value::List found;
    for (auto& id : call.argument(0).asTexts()) {
      if (auto path = m_paths.find(id); path != m_paths.end())
        found.push_back(Value::pair(id, pathValue(path->second)));
    }
    return Value::List{Value::array("{say}", std::move(found))};
  }

private:
  kj::Promise<std::string> added(Value file, bool reuse) {
    auto place = co_await m_frontend.desk().locate(duplicate(file.asDescriptor()));
    if (place.path.empty()) throwBusError(error::NOT_ALLOWED, "the app may not read that file");
    for (auto& [id, path] : m_paths) {
      if (reuse && path == place.path) co_return id;
    }
    if (m_paths.size() >= MOST_DOCUMENTS) throwBusError(error::LIMIT, "too many documents");
    auto id = freshKey();
    m_paths.emplace(id, place.path);
    co_return id;
  }

  Frontend& m_frontend;
  std::map<std::string, std::string> m_paths;  // Of documents this app added.
};

Method refused(const char* name, const char* in, const char* out) {
  return {name, in, out, [](Call&) -> kj::Promise<Value::List> { refuse(); }};
}

}  // namespace

void addDocuments(Frontend& frontend) {
  auto& portal = frontend.keep(std::make_shared<Documents>(frontend));
  auto where = [](Call&) -> kj::Promise<Value::List> { return Value::List{pathValue(mountPoint())}; };
  frontend.add({.name = INTERFACE,
                .version = 5,
                .methods = {{"GetMountPoint", "", "ay", where},
                            {"Add", "hbb", "s", [&portal](Call& call) { return portal.add(call); }},
                            {"AddFull", "ahusas", "asa{sv}", [&portal](Call& call) { return portal.addFull(call); }},
                            {"Delete", "s", "", [&portal](Call& call) { return portal.remove(call); }},
                            {"GetHostPaths", "as", "a{say}", [&portal](Call& call) { return portal.hostPaths(call); }},
                            refused("AddNamed", "haybb", "s"),
                            refused("AddNamedFull", "hayusas", "sa{sv}"),
                            refused("GrantPermissions", "ssas", ""),
                            refused("RevokePermissions", "ssas", ""),
                            refused("Lookup", "ay", "s"),
                            refused("Info", "s", "aya{sas}"),
                            refused("List", "s", "a{say}")},
                .path = DOCUMENTS_PATH});
}

}  // namespace latchkey::desktop
