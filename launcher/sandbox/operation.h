// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#pragma once
// The verbs a sandbox is built with.
//
// A plan is a list of these, in order. Each is a type of its own, so that a plan can be compared, and so that nothing
// in it is ever a word of the tool that carries it out: an app's argument that looks like `--bind` has no place to go.

#include <compare>
#include <string>
#include <variant>
#include <vector>

namespace latchkey::sandbox {

enum class Reach { Read, Write };

// Namespaces of the sandbox's own.
struct OwnUserNamespace {
  unsigned uid = 0;
  unsigned gid = 0;
  auto operator<=>(const OwnUserNamespace&) const = default;
};
struct OwnPidNamespace {
  auto operator<=>(const OwnPidNamespace&) const = default;
};
struct OwnIpcNamespace {
  auto operator<=>(const OwnIpcNamespace&) const = default;
};
struct OwnNetworkNamespace {
  auto operator<=>(const OwnNetworkNamespace&) const = default;
};
struct OwnCgroupNamespace {
  auto operator<=>(const OwnCgroupNamespace&) const = default;
};
struct OwnHostname {
  std::string name = {};
  auto operator<=>(const OwnHostname&) const = default;
};
// No user namespaces below this one; the start fails if the kernel would allow them after all.
struct NoNestedNamespaces {
  auto operator<=>(const NoNestedNamespaces&) const = default;
};
// No controlling terminal is inherited.
struct NewSession {
  auto operator<=>(const NewSession&) const = default;
};
// Nobody outlives the launcher.
struct DieWithLauncher {
  auto operator<=>(const DieWithLauncher&) const = default;
};
// The first program is process 1 itself: it reaps, and its end ends everything.
struct FirstProgramIsInit {
  auto operator<=>(const FirstProgramIsInit&) const = default;
};

// A directory of the sandbox's own memory file system.
struct Directory {
  std::string path = {};
  unsigned mode = 0755;
  auto operator<=>(const Directory&) const = default;
};
struct Symlink {
  std::string target = {};
  std::string path = {};
  auto operator<=>(const Symlink&) const = default;
};
// A file of the sandbox's own, with this content.
struct SyntheticFile {
  std::string path = {};
  std::string content = {};
  unsigned mode = 0444;
  auto operator<=>(const SyntheticFile&) const = default;
};
// Part of the system at its own path, or `at` another. For places that no app can write; everything else is bound by
// descriptor.
struct ReadOnlySystem {
  std::string path = {};
  std::string at = {};
  auto operator<=>(const ReadOnlySystem&) const = default;
};
// What an open descriptor refers to: `slot` is its place in the list of descriptors that goes with the plan. What was
// checked is what is bound, whatever its path means by then.
struct BindDescriptor {
  unsigned slot = 0;
  std::string path = {};
  Reach reach = Reach::Read;
  auto operator<=>(const BindDescriptor&) const = default;
};
// `lower`, a directory on the host, to be read; what is written goes to `upper`, and `work` is the kernel's own.
struct Overlay {
  std::string lower = {};
  std::string upper = {};
  std::string work = {};
  std::string path = {};
  auto operator<=>(const Overlay&) const = default;
};
struct BindDevice {
  std::string path = {};
  auto operator<=>(const BindDevice&) const = default;
};
// A memory file system of its own that holds so much and no more.
struct MemoryDirectory {
  std::string path = {};
  unsigned long bytes = 0;
  auto operator<=>(const MemoryDirectory&) const = default;
};
// What is not mounted on something else cannot be written to. After all that makes anything there.
struct ReadOnlyRoot {
  auto operator<=>(const ReadOnlyRoot&) const = default;
};
struct ProcessFiles {
  auto operator<=>(const ProcessFiles&) const = default;
};
struct MinimalDevices {
  auto operator<=>(const MinimalDevices&) const = default;
};

struct EmptyEnvironment {
  auto operator<=>(const EmptyEnvironment&) const = default;
};
struct SetEnvironment {
  std::string name = {};
  std::string value = {};
  auto operator<=>(const SetEnvironment&) const = default;
};

// Which system calls there are. A property of what the app may do, not a list of numbers.
struct Abilities {
  bool ownSandboxes = false;  // Browsers: may make namespaces for their own sandboxes.
  bool thirtyTwoBit = true;
  bool localSockets = true;  // Of AF_UNIX: in the network of the system these reach the session by abstract names.
  auto operator<=>(const Abilities&) const = default;
};
struct FilterSystemCalls {
  Abilities abilities = {};
  auto operator<=>(const FilterSystemCalls&) const = default;
};

using Operation =
    std::variant<OwnUserNamespace, OwnPidNamespace, OwnIpcNamespace, OwnNetworkNamespace, OwnCgroupNamespace,
                 OwnHostname, NoNestedNamespaces, NewSession, DieWithLauncher, FirstProgramIsInit, Directory, Symlink,
                 SyntheticFile, ReadOnlySystem, BindDescriptor, Overlay, BindDevice, MemoryDirectory, ReadOnlyRoot,
                 ProcessFiles, MinimalDevices, EmptyEnvironment, SetEnvironment, FilterSystemCalls>;

using Plan = std::vector<Operation>;

}  // namespace latchkey::sandbox
