// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// What Latchkey needs of the machine, tried out rather than looked up: versions lie (fixes are backported, and taken
// back).
//
// examine() does things and notes what happened; judge() is a pure function from that to what a person is told, with
// the remedy for their distribution. diagnose() is both.

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace latchkey {

struct Finding {
  enum class State { Ok, Warn, Fail };
  std::string id = {};  // "bubblewrap", stable: for scripts.
  std::string title = {};
  State state = State::Ok;
  std::string detail = {};  // One line: what was found.
  std::string remedy = {};  // One line: what to do here. Empty if nothing.
};

// What trying gave. `reason` is for a person and empty on success.
struct Trial {
  bool works = false;
  std::string reason = {};
};

struct MachineReport {
  std::string distribution = {};  // ID of /etc/os-release
  std::string family = {};        // ID_LIKE

  Trial bubblewrap = {};               // Builds a sandbox.
  std::string bubblewrapVersion = {};  // Empty: not installed.
  bool bubblewrapSetuid = false;
  bool bubblewrapEscapes = false;  // CVE-2026-87766: makes files outside through a link in the sandbox.
  Trial userNamespaces = {};
  Trial nestedUserNamespaces = {};
  bool appArmorRestricts = false;  // kernel.apparmor_restrict_unprivileged_userns
  bool switchedOff = false;        // kernel.unprivileged_userns_clone=0 or user.max_user_namespaces=0

  Trial fuseDevice = {};
  Trial fuseMount = {};    // Into a mount namespace of ours.
  Trial wire = {};         // To a network namespace of ours: tun.
  Trial redirection = {};  // Of connections in it: nf_tables.
  Trial systemCallFilter = {};

  bool wayland = false;  // The session has a compositor, and it answered.
  bool x11 = false;
  bool securityContext = false;
  std::vector<std::string> privilegedInterfaces = {};  // Of a compositor without security contexts.
  bool xwayland = false;
  bool xephyr = false;

  std::string limits = {};  // Back-end in force.
  bool unsquashfs = false;
  std::string busProxyVersion = {};  // Empty: not installed.
  Trial busProxy = {};               // It answers, and lets nobody ask for what is said to others.
  bool servesFolders = false;        // sftp-server
  bool showsFolders = false;         // sshfs
};

using Variables = std::vector<std::pair<std::string, std::string>>;

// `session`: WAYLAND_DISPLAY, DISPLAY, XDG_RUNTIME_DIR. Blocks for about a second; makes threads, children and
// temporary files, and leaves none.
MachineReport examine(const Variables& session);
std::vector<Finding> judge(const MachineReport& report);

// Of this machine and session.
std::vector<Finding> diagnose();

// "ok", "warn", "fail"
std::string_view nameOf(Finding::State state);

}  // namespace latchkey
