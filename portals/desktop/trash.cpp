// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

// org.freedesktop.portal.Trash: a file the app may change goes to the person's trash. Ours.

#include <fcntl.h>
#include <kj/debug.h>

#include "broker/base/files.h"
#include "portals/desktop/portals.h"

namespace latchkey::desktop {

void addTrash(Frontend& frontend) {
  frontend.add({.name = "org.freedesktop.portal.Trash",
                .version = 1,
                .methods = {{"TrashFile", "h", "u", [&frontend](Call& call) -> kj::Promise<Value::List> {
                               auto file = duplicate(call.argument(0).asDescriptor());
                               bool trashed = co_await frontend.desk().trash(kj::mv(file));
                               co_return Value::List{Value(uint32_t{trashed ? 1U : 0U})};
                             }}}});
}

}  // namespace latchkey::desktop
