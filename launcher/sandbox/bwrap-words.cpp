// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later

#include "launcher/sandbox/bwrap-words.h"

#include <kj/debug.h>

#include <format>

namespace latchkey::sandbox {
namespace {

class Renderer {
public:
  explicit Renderer(int firstDescriptor) : m_next(firstDescriptor) {}
  BwrapWords take() { return std::move(m_result); }

  void operator()(const OwnUserNamespace& ids) {
    say("--unshare-user", "--uid", std::to_string(ids.uid), "--gid", std::to_string(ids.gid));
  }
  void operator()(const OwnPidNamespace&) { say("--unshare-pid"); }
  void operator()(const OwnIpcNamespace&) { say("--unshare-ipc"); }
  void operator()(const OwnNetworkNamespace&) { say("--unshare-net"); }
  void operator()(const OwnCgroupNamespace&) { say("--unshare-cgroup"); }
  void operator()(const OwnHostname& host) { say("--unshare-uts", "--hostname", host.name); }
  void operator()(const NoNestedNamespaces&) { say("--disable-userns", "--assert-userns-disabled"); }
  void operator()(const NewSession&) { say("--new-session"); }
  void operator()(const DieWithLauncher&) { say("--die-with-parent"); }
  void operator()(const FirstProgramIsInit&) { say("--as-pid-1"); }
  void operator()(const Directory& directory) { say("--perms", octal(directory.mode), "--dir", directory.path); }
  void operator()(const Symlink& link) { say("--symlink", link.target, link.path); }
  void operator()(const SyntheticFile& file) {
    auto number = inherit({.kind = Inherited::Kind::Content, .content = file.content});
    say("--perms", octal(file.mode), "--file", number, file.path);
  }
  void operator()(const ReadOnlySystem& system) {
    say("--ro-bind", system.path, system.at.empty() ? system.path : system.at);
  }
  void operator()(const BindDescriptor& bind) {
    auto number = inherit({.kind = Inherited::Kind::Slot, .slot = bind.slot});
    say(bind.reach == Reach::Write ? "--bind-fd" : "--ro-bind-fd", number, bind.path);
  }
  void operator()(const Overlay& overlay) {
    say("--overlay-src", overlay.lower, "--overlay", overlay.upper, overlay.work, overlay.path);
  }
  void operator()(const BindDevice& device) { say("--dev-bind", device.path, device.path); }
  void operator()(const MemoryDirectory& directory) {
    say("--size", std::to_string(directory.bytes), "--tmpfs", directory.path);
  }
  void operator()(const ReadOnlyRoot&) { say("--remount-ro", "/"); }
  void operator()(const ProcessFiles&) { say("--proc", "/proc"); }
  void operator()(const MinimalDevices&) { say("--dev", "/dev"); }
  void operator()(const EmptyEnvironment&) { say("--clearenv"); }
  void operator()(const SetEnvironment& variable) { say("--setenv", variable.name, variable.value); }
  void operator()(const FilterSystemCalls& filter) {
    for (auto kind : {Inherited::Kind::Arguments, Inherited::Kind::Calls}) {
      say("--add-seccomp-fd", inherit({.kind = kind, .abilities = filter.abilities}));
    }
  }

private:
  template <typename... Words>
  void say(Words&&... words) {
    (m_result.words.emplace_back(std::forward<Words>(words)), ...);
  }
  std::string inherit(Inherited what) {
    what.number = m_next++;
    m_result.descriptors.push_back(std::move(what));
    return std::to_string(m_result.descriptors.back().number);
  }
  static std::string octal(unsigned mode) { return std::format("{:04o}", mode); }

  BwrapWords m_result;
  int m_next;
};

}  // namespace

std::string BwrapWords::joined() const {
  std::string all;
  for (auto& word : words) {
    KJ_REQUIRE(word.find('\0') == word.npos, "a value for the sandbox holds a NUL byte");
    all.append(word).push_back('\0');
  }
  return all;
}

BwrapWords inBwrapWords(const Plan& plan, int firstDescriptor) {
  Renderer renderer(firstDescriptor);
  for (auto& operation : plan) std::visit(renderer, operation);
  return renderer.take();
}

}  // namespace latchkey::sandbox
