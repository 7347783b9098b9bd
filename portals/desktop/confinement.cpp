// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "portals/desktop/confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

#include "broker/confinement/call-filter.h"
#include "broker/confinement/sanitized.h"
#include "broker/confinement/usual-calls.h"

namespace latchkey::desktop {
namespace {

using Calls = CallFilter;

// Memory for PipeWire. How soon its threads run it may only ask: setting it names a process, which could be another's.
constexpr const char* OF_PIPEWIRE[] = {"memfd_create",
                                       "ftruncate",
                                       "mlock",
                                       "munlock",
                                       "sched_getscheduler",
                                       "sched_getparam",
                                       "sched_get_priority_max",
                                       "getpriority",
                                       "sched_get_priority_min"};
constexpr uint64_t ON_SHARED_MEMORY[] = {F_ADD_SEALS, F_GET_SEALS};
constexpr uint64_t ON_SOCKETS[] = {FIOCLEX, FIONREAD, FIONBIO};

}  // namespace

void confine() {
  if (IS_SANITIZED) {
    Calls filter{Calls::Allowed{}};
    denyUnusualCalls(filter);
    filter.load();
    return;
  }
  Calls filter(ENOSYS);
  allowUsualCalls(filter);
  filter.allow(OF_PIPEWIRE);
  for (auto what : ON_SHARED_MEMORY) filter.allow("fcntl", {Calls::low(1, what)});
  for (auto what : ON_SOCKETS) filter.allow("ioctl", {Calls::low(1, what)});
  // What sd-bus tells services of us.
  filter.allow("prctl", {Calls::low(0, PR_CAPBSET_READ)});
  filter.allow("prctl", {Calls::low(0, PR_GET_NAME)});
  filter.load();
}

}  // namespace latchkey::desktop
