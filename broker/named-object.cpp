// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/named-object.h"

#include <kj/debug.h>

#include "broker/base/files.h"
#include "broker/descriptor.h"
#include "broker/desktop-rights.h"
#include "broker/failure.h"
#include "broker/granted-object.h"

namespace latchkey {
namespace {

Scope scopeOf(bool directory, Scope wanted) {
  if (!directory) return wanted == Scope::Siblings ? Scope::Siblings : Scope::File;
  return wanted == Scope::Folder ? Scope::Folder : Scope::Tree;
}

NamedObject desktopObject(const std::string& target) {
  KJ_IF_MAYBE (right, desktopRightNamed(target)) {
    return {.kind = Kind::Desktop, .object = objectOf(*right), .fd = nullptr};
  }
  fail("of the desktop there is: shared-x11, own-sandboxes, see-home-names");
}

}  // namespace

kj::Promise<NamedObject> namedObject(Kind kind, Object object, schema::Descriptor::Client file) {
  NamedObject named{.kind = kind, .object = kj::mv(object), .fd = nullptr};
  if (kind == Kind::Desktop) co_return desktopObject(named.object.target);
  if (kind != Kind::File && kind != Kind::Folder) {
    fail("this version cannot give " + std::string(nameOf(kind)) + " access");
  }
  auto fd = co_await fdOf(kj::mv(file));
  Resolved thing;
  KJ_IF_MAYBE (held, fd) {
    thing = resolve(kj::mv(*held));
  } else {
    KJ_IF_MAYBE (found, tryResolve(named.object.path)) thing = kj::mv(*found);
    else fail("there is no such file or folder");
  }
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
