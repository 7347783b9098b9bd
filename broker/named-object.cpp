// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/named-object.h"

#include <kj/debug.h>

#include "broker/base/descriptor.h"
#include "broker/base/failure.h"
#include "broker/base/files.h"
#include "broker/base/service.h"
#include "broker/base/text.h"
#include "broker/desktop-rights.h"
#include "broker/disk-look.h"
#include "broker/granted-object.h"
#include "broker/grants/reach.h"
#include "broker/network-wish.h"

namespace latchkey {
namespace {

// The last part of the path is the pattern, and what is on disk is its folder.
NamedObject patternObject(const std::string& path, kj::Maybe<Resolved> folder) {
  auto slash = path.rfind('/');
  auto pattern = slash == path.npos ? path : path.substr(slash + 1);
  auto fault = faultOfPattern(pattern);
  if (!fault.empty()) fail(fault);
  if (folder == nullptr && slash != path.npos) folder = tryResolve(slash == 0 ? "/" : path.substr(0, slash));
  KJ_IF_MAYBE (thing, folder) {
    if (!thing->directory) fail("a pattern is about files in a folder");
    auto whole = (thing->path == "/" ? "" : thing->path) + "/" + pattern;
    return {.kind = Kind::File,
            .object = {.target = targetOf(whole), .path = whole, .scope = Scope::Pattern},
            .fd = kj::mv(thing->fd)};
  }
  fail("there is no such folder");
}

Scope scopeOf(bool directory, Scope wanted) {
  if (!directory) return wanted == Scope::Siblings ? Scope::Siblings : Scope::File;
  return wanted == Scope::Folder ? Scope::Folder : Scope::Tree;
}

NamedObject desktopObject(const std::string& target) {
  KJ_IF_MAYBE (right, desktopRightNamed(target)) {
    return {.kind = Kind::Desktop, .object = objectOf(*right), .fd = nullptr};
  }
  fail("of the desktop there is: " + allDesktopRights());
}

Scope shapeOf(const Destination& destination) {
  using Host = Destination::Host;
  if (!destination.isAnyPort()) return Scope::Port;
  if (destination.host == Host::Domain) return Scope::Domain;
  return destination.host == Host::Name || destination.host == Host::Address ? Scope::Host : Scope::Network;
}

// "example.org" with scope `domain` is the domain.
NamedObject networkObject(const Object& named) {
  auto destination = typedDestination(named.target);
  bool domain = named.scope == Scope::Domain && destination.host == Destination::Host::Name;
  if (domain) destination.host = Destination::Host::Domain;
  return {
      .kind = Kind::Network, .object = {.target = destination.text(), .scope = shapeOf(destination)}, .fd = nullptr};
}

// "8080", "8080@network", "8080+proxy": of TCP, and of this computer unless said otherwise.
NamedObject listenObject(const std::string& typed) {
  auto at = std::min(typed.find_first_of("@+"), typed.size());
  auto port = typed.substr(0, at);
  auto where = typed.substr(at);
  if (!where.starts_with('@')) where.insert(0, "@localhost");
  if (!port.ends_with("/tcp")) port += "/tcp";
  KJ_IF_MAYBE (listening, listeningFrom(port + where)) {
    auto scope = listening->where == Listening::Where::Network ? Scope::Network : Scope::Port;
    return {.kind = Kind::Listen, .object = {.target = listening->text(), .scope = scope}, .fd = nullptr};
  }
  fail(brief(typed, 60) +
       " is no place to listen: write PORT (this computer alone), PORT@network or PORT@ADDRESS, with "
       "+proxy behind it where the app understands that");
}

// "postgres:5432 as db:5432": what an app here, or a program of this computer, listens on, and where it is found.
NamedObject serviceObject(const std::string& typed) {
  auto service = serviceFrom(typed);
  KJ_IF_MAYBE (known, service) {
    auto place = servicePlaceFrom(known->name);
    KJ_IF_MAYBE (at, place) {
      if (listenerFrom(known->source) != nullptr) {
        Service whole{.source = known->source, .name = at->text()};
        return {.kind = Kind::Service, .object = {.target = whole.text(), .scope = Scope::Port}, .fd = nullptr};
      }
    }
  }
  fail(brief(typed, 60) +
       " is no service: write APP:PORT as NAME:PORT, such as \"postgres:5432 as db:5432\", or "
       "@computer:PORT as NAME:PORT");
}

}  // namespace

kj::Promise<NamedObject> namedObject(Kind kind, Object object, schema::Descriptor::Client file) {
  NamedObject named{.kind = kind, .object = kj::mv(object), .fd = nullptr};
  if (kind == Kind::Desktop) co_return desktopObject(named.object.target);
  if (kind == Kind::Network) co_return networkObject(named.object);
  if (kind == Kind::Listen) co_return listenObject(named.object.target);
  if (kind == Kind::Service) co_return serviceObject(named.object.target);
  if (kind != Kind::File && kind != Kind::Folder) {
    fail("this version cannot give " + std::string(nameOf(kind)) + " access");
  }
  auto fd = co_await fdOf(kj::mv(file));
  if (named.object.scope == Scope::Pattern) {
    co_return co_await lookAtDisk([path = named.object.path, fd = kj::mv(fd)]() mutable {
      kj::Maybe<Resolved> folder;
      KJ_IF_MAYBE (held, fd) folder = resolve(kj::mv(*held));
      return patternObject(path, kj::mv(folder));
    });
  }
  auto thing = co_await lookAtDisk([path = named.object.path, fd = kj::mv(fd)]() mutable {
    KJ_IF_MAYBE (held, fd) return resolve(kj::mv(*held));
    KJ_IF_MAYBE (found, tryResolve(path)) return kj::mv(*found);
    fail("there is no such file or folder");
  });
  bool see = named.object.see;
  named.kind = thing.directory ? Kind::Folder : Kind::File;
  auto scope = scopeOf(thing.directory, named.object.scope);
  named.object = {.target = targetOf(thing.path),
                  .path = thing.path,
                  .device = thing.device,
                  .inode = thing.inode,
                  .scope = scope,
                  .see = see};
  named.fd = kj::mv(thing.fd);
  co_return named;
}

}  // namespace latchkey
