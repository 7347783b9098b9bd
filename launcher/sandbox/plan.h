// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// From what is wanted and what the host is like to an ordered list of operations. A pure function: the argument for why
// the sandbox holds nothing can be read off its result, and is compared with golden lists in the tests.
//
// What every plan has: namespaces of its own for users, processes, IPC, network, host name and cgroups; the system
// read-only; a home, /tmp and runtime directory of its own; an environment of known names only; a system call filter.
// What no plan has: uid 0 inside, the session bus, the X server's socket unless it was asked for by a grant, /sys
// unless a GPU was granted, anything of the person's home.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "launcher/sandbox/host-facts.h"
#include "launcher/sandbox/operation.h"

namespace latchkey::sandbox {

// Something bound into the sandbox from outside, held open by who asks for it.
struct Exposure {
  unsigned slot = 0;
  std::string path = {};
  Reach reach = Reach::Read;
};

// A system of its own for one app, in the place of the host's: a runtime, whose files are /usr.
struct OtherSystem {
  unsigned slot = 0;                            // Descriptor slot of its files.
  std::vector<std::string> folders = {};        // What is in it: "bin", "lib64".
  std::vector<std::string> configuration = {};  // What is in its etc: "fonts", "ld.so.cache".
};

struct SandboxRequest {
  std::string home = {};     // The person's home path; the private home appears there.
  unsigned privateHome = 0;  // Descriptor slot of the private home.
  // A trial: the private home's path on the host, to be overlaid with what lies in `homeChanges`.
  std::string triedHome = {};
  std::string homeChanges = {};
  std::vector<std::string> labels = {};  // Folders outside the home that must exist for the file portal to mount on.
  std::vector<Exposure> exposures = {};  // Display sockets, extracted AppImages, fonts.
  std::vector<std::pair<std::string, std::string>> environment = {};  // Of the person's session; only known names pass.
  std::vector<std::pair<std::string, std::string>> additions = {};    // Decided by us: DISPLAY, WAYLAND_DISPLAY.
  std::string userName = {};
  Abilities abilities = {};
  bool graphics = false;
  bool optional = false;                // The program lives below /opt.
  std::optional<unsigned> bundle = {};  // Descriptor slot of the files of an installed bundle: BUNDLE_PLACE.
  std::optional<OtherSystem> runtime = {};
};

// Fixed places inside.
constexpr const char* APP_SOCKET = "/run/latchkey/app";
constexpr const char* BUNDLE_PLACE = "/app";
constexpr const char* HOST_LOOKS = "/run/latchkey/system/share";  // The host's fonts and themes beside a runtime's.
constexpr const char* INSIDE_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games";

// The uid inside is the person's own, so that files look owned by them; never 0.
unsigned insideId(unsigned outside);
std::string runtimeDirectory(const HostFacts& host);

// Whether something of the person's can be shown at `path`: a plain absolute path that covers nothing the sandbox
// itself is made of.
bool isPlace(std::string_view path);
// Whether it would cover the files of an installed bundle.
bool isInBundle(std::string_view path);

// Throws if the request makes no sense: a home that is not an absolute plain path, for one.
Plan plan(const SandboxRequest& request, const HostFacts& host);

}  // namespace latchkey::sandbox
