// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "broker/confine.h"

#include <linux/close_range.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>

#include "broker/base/harden.h"
#include "broker/confinement/unneeded-calls.h"

namespace latchkey {

unsigned long confineBroker(int handed) {
  close_range(3 + static_cast<unsigned>(handed), UINT_MAX, 0);
  harden();
  auto usual = raiseDescriptorLimit();
  umask(0077);
  denyUnneededCalls();
  return usual;
}

}  // namespace latchkey
