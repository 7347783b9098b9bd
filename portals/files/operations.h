// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// libfuse's table of callbacks, turned into calls of Session.

#include "portals/files/session.h"

namespace latchkey::files {

struct Operations {
  static const fuse_lowlevel_ops& table();
};

}  // namespace latchkey::files
